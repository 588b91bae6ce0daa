/** What Node answers for a header that may have been set, by anybody, in any of its forms. */
export type HeaderValue = string | readonly string[] | number | undefined;

/**
 * The `Set-Cookie` lines of a response with ours among them: lines of other cookies stay as they are and in their order, lines
 * of exactly the names of ours go, whatever their scope, and ours come last. So a client gets no other line of our names (ATTACKS A27).
 */
export function mergeSetCookie(existing: HeaderValue, ...ours: readonly string[]): string[] {
  const names = new Set(ours.map(nameIn));
  return [...linesOf(existing).filter((line) => !names.has(nameIn(line))), ...ours];
}

const linesOf = (value: HeaderValue): string[] =>
  value === undefined ? [] : typeof value === 'object' ? [...value] : [String(value)];

/** The name as a browser reads it: up to the first `=` of the first part, less spaces and tabs; empty without a `=`. */
function nameIn(line: string): string {
  const [pair = ''] = line.split(';', 1);
  const equals = pair.indexOf('=');
  return equals < 0
    ? ''
    : pair
        .slice(0, equals)
        .replace(/^[ \t]+/, '')
        .replace(/[ \t]+$/, '');
}
