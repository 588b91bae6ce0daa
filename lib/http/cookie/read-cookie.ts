import { isCookieValue } from './cookie-value.js';

/** One more than a request may present: from here on it is anonymous, whatever the values are, because somebody plants cookies. */
const MAX_VALUES = 5;

const SPACE = 0x20;
const TAB = 0x09;

/**
 * The values that the raw `Cookie` header holds under exactly `name`, in their order, each once, at most
 * five. More than one is for the caller to judge: browsers send a planted cookie beside the real one.
 *
 * Takes the header as Node gives it (duplicates joined by `; `, bytes as Latin-1) and decodes nothing: a value that is quoted,
 * percent-encoded or holds anything but the characters of a token is not ours (RFC 6265 4.2.1, stricter). Only space and tab are
 * trimmed; `String.trim()` would also take U+00A0, and turn a foreign name into ours. Time is linear in the header's length.
 *
 * @param accepts what a value may be, for a cookie of another's making.
 */
export function readCookie(
  header: string | undefined,
  name: string,
  accepts: (value: string) => boolean = isCookieValue,
): readonly string[] {
  if (typeof header !== 'string' || !header.includes(name)) return [];
  const values: string[] = [];
  for (let start = 0; start < header.length && values.length < MAX_VALUES;) {
    const end = endOfPair(header, start);
    const value = valueIn(header, start, end, name);
    if (value !== undefined && accepts(value) && !values.includes(value)) values.push(value);
    start = end + 1;
  }
  return values;
}

function endOfPair(header: string, start: number): number {
  const semicolon = header.indexOf(';', start);
  return semicolon < 0 ? header.length : semicolon;
}

/** The value of the pair in `header` from `start` to `end`, if it has the name. */
function valueIn(header: string, start: number, end: number, name: string): string | undefined {
  let from = start;
  while (from < end && isBlank(header.charCodeAt(from))) from++;
  const equals = from + name.length;
  if (!header.startsWith(name, from) || header[equals] !== '=') return undefined;
  let to = end;
  while (to > equals && isBlank(header.charCodeAt(to - 1))) to--;
  return header.slice(equals + 1, to);
}

const isBlank = (code: number): boolean => code === SPACE || code === TAB;
