import type { ReceivedCookie } from './cookie-facts.js';

/** The heads of one request and, where it is known, of its answer. */
export interface Exchange {
  readonly method: string;
  /** As it stands in the first line. */
  readonly target: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Empty when the answer is not known. */
  readonly received?: readonly ReceivedCookie[];
}

const REQUEST_LINE = /^([A-Z]{1,20}) (\S+)(?: HTTP\/[\d.]+)?$/;
const STATUS_LINE = /^HTTP\/[\d.]+ \d{3}/;
const HEADER = /^(:?[A-Za-z0-9!#$%&'*+.^_`|~-]+): ?(.*)$/;
/** What `curl -v` puts before a line of a request or an answer; all its other lines are talk. */
const CURL = /^[<>](?: |$)/;

/**
 * Reads the heads as tools show them: the first line and the headers of a request, then those of its answer, or what `curl -sv` prints. Of
 * several exchanges, as after a redirect, the last. Bodies are passed over. `undefined` when there is no first line of a request.
 */
export function readExchange(text: string): Exchange | undefined {
  const all = text.split(/\r?\n/);
  const lines = all.some((line) => CURL.test(line))
    ? all.filter((line) => CURL.test(line)).map((line) => line.slice(2))
    : all;
  const start = lines.findLastIndex((line) => REQUEST_LINE.test(line));
  const [, method = '', target = ''] = REQUEST_LINE.exec(lines[start] ?? '') ?? [];
  if (start < 0) return undefined;
  const answer = lines.findIndex((line, at) => at > start && STATUS_LINE.test(line));
  const headers = headersFrom(lines, start + 1);
  if (answer < 0) return { method, target, headers };
  const cookies = headersFrom(lines, answer + 1).get('set-cookie') ?? [];
  return { method, target, headers, received: cookies.map(receivedCookie) };
}

/** The headers up to the first empty line, by names in lower case. */
function headersFrom(lines: readonly string[], start: number): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines.slice(start)) {
    const [found, name = '', value = ''] = HEADER.exec(line) ?? [];
    if (found === undefined) break;
    const values = headers.get(name.toLowerCase());
    if (values) values.push(value.trim());
    else headers.set(name.toLowerCase(), [value.trim()]);
  }
  return headers;
}

/** As a browser parts a line (RFC 6265bis 5.6). The value is measured and let go of. */
function receivedCookie(line: string): ReceivedCookie {
  const [pair = '', ...rest] = line.split(';');
  const [name, value] = parted(pair);
  const attributes = rest.map((part): [string, string] => {
    const [key, text] = parted(part);
    return [key.toLowerCase(), text];
  });
  return { name, valueLength: value.length, attributes: new Map(attributes) };
}

function parted(pair: string): [name: string, value: string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair.trim(), ''] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
}
