import { AssertionError, deepStrictEqual } from 'node:assert';

/** What came back: an answer of supertest or of `inject()`, whose headers are an object, or of `fetch()`. */
export interface AnswerLike {
  readonly headers: Headers | Readonly<Record<string, unknown>>;
}

/** One `Set-Cookie` line, read. */
export interface AnswerCookie {
  readonly name: string;
  readonly value: string;
  /** By their names in lower case; a flag such as `httponly` is `true`, everything else text as it was written. */
  readonly attributes: Readonly<Record<string, string | true>>;
}

/** What an answer does to a cookie. `kept`: nothing is said of it. */
export type CookieFate = 'set' | 'cleared' | 'kept';

export const cookiesOf = (answer: AnswerLike): readonly AnswerCookie[] => linesOf(answer).map(read);

/** The cookies of an answer that have this name; two of them are one too many for a browser to be sure. */
export const cookiesNamed = (answer: AnswerLike, name: string): readonly AnswerCookie[] =>
  cookiesOf(answer).filter((cookie) => cookie.name === name);

/** Whether a browser drops the cookie: `Max-Age` decides, else `Expires` (RFC 6265bis 5.6), by which `clearCookie()` of Express does it. */
export function isCleared({ attributes }: AnswerCookie): boolean {
  const { 'max-age': maxAge, expires } = attributes;
  return maxAge === undefined ? Date.parse(String(expires)) <= Date.now() : Number(maxAge) <= 0;
}

/**
 * Holds an answer to what it has to do to a cookie.
 *
 * @param attributes those that have to be there as they are said here; one that is `false` has to be absent.
 * @throws AssertionError that names the attributes, never the value
 */
export function assertCookie(
  ...[answer, name, fate, attributes]: [AnswerLike, string, CookieFate, CookieAttributes]
): void {
  const [cookie, ...others] = cookiesNamed(answer, name);
  if (others.length > 0) fail(`The answer sets ${name} ${others.length + 1} times.`);
  const seen = cookie === undefined ? 'kept' : isCleared(cookie) ? 'cleared' : 'set';
  if (seen !== fate) fail(`The cookie ${name} was ${seen}, not ${fate}.`, { actual: seen, expected: fate });
  const wanted = Object.entries(attributes).map(([key, value]) => [key.toLowerCase(), value]);
  const actual = wanted.map(([key]) => [key, cookie?.attributes[String(key)] ?? false]);
  deepStrictEqual(Object.fromEntries(actual), Object.fromEntries(wanted));
}

/** Such as `{ HttpOnly: true, SameSite: 'Lax', Domain: false }`, in any case. */
export type CookieAttributes = Readonly<Record<string, string | boolean>>;

/** @throws AssertionError */
export function fail(message: string, facts: { actual?: unknown; expected?: unknown } = {}): never {
  throw new AssertionError({ message, operator: 'sessions', ...facts });
}

function linesOf({ headers }: AnswerLike): readonly string[] {
  if (isFetched(headers)) return headers.getSetCookie();
  const lines = headers['set-cookie'] ?? [];
  return (Array.isArray(lines) ? lines : [lines]).map(String);
}

/** Not a question of `instanceof`: a runner, or a client, may have a class `Headers` of its own. */
const isFetched = (headers: AnswerLike['headers']): headers is Headers =>
  typeof headers['getSetCookie' as keyof typeof headers] === 'function';

function read(line: string): AnswerCookie {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name, value] = parted(pair);
  const named = attributes.map((attribute) => {
    const [key, said] = parted(attribute);
    return [key.toLowerCase(), attribute.includes('=') ? said : (true as const)] as const;
  });
  return { name, value, attributes: Object.fromEntries(named) };
}

const parted = (text: string): [string, string] => {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};
