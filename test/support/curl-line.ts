/** What a line such as `curl -b cookies.txt -X POST http://localhost:3000/counter` asks for. */
export interface CurlRequest {
  readonly url: string;
  readonly init: RequestInit & { readonly headers: Record<string, string> };
}

const OPTIONS_WITH_VALUE = new Set(['-c', '-b', '-H', '-d', '-X']);

/**
 * Reads a line of curl, as far as our samples use it: `-c` and `-b` (cookies, left to the caller), `-H`, `-d`, `-X`, single quotes.
 *
 * @throws for anything else, so that no sample prints a line that this does not understand.
 */
export function curlRequest(line: string): CurlRequest {
  const [command, ...words] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  if (command !== 'curl') throw new Error(`This is no line of curl: ${line}`);
  const options = new Map<string, string>();
  let url: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (OPTIONS_WITH_VALUE.has(word)) options.set(word, words[++at] ?? '');
    else if (url === undefined && word.startsWith('http')) url = word;
    else throw new Error(`This part of a curl line is not understood: ${word}`);
  }
  return { url: url ?? '', init: initOf(options) };
}

function initOf(options: ReadonlyMap<string, string>): CurlRequest['init'] {
  const [name, value] = options.get('-H')?.split(': ') ?? [];
  const body = options.get('-d');
  return {
    method: options.get('-X') ?? (body === undefined ? 'GET' : 'POST'),
    headers: name !== undefined && value !== undefined ? { [name]: value } : {},
    ...(body === undefined ? {} : { body }),
  };
}
