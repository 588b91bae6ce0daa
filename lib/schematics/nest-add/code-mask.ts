/** A comment, or a literal that may hold anything: brackets, and words that look like code. */
const OPAQUE = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"|`(?:[^`\\]|\\[^])*`/g;

/** The source with blanks in the place of comments and literals, each character where it was. */
export const codeOnly = (source: string): string =>
  source.replace(OPAQUE, (text) => text.replace(/[^\n]/g, ' '));

/** Where the bracket that opens at `start` is closed; -1 when it never is. */
export function closingOf(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    if ('([{'.includes(code.charAt(at))) depth += 1;
    if (')]}'.includes(code.charAt(at)) && --depth === 0) return at;
  }
  return -1;
}
