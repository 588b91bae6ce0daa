/**
 * Names that a browser accepts only from a safe sender (RFC 6265bis 4.1.3, and its successor for the `Http` ones).
 *
 * | prefix      | the browser keeps the cookie only                                                             |
 * |-------------|-----------------------------------------------------------------------------------------------|
 * | `secure`    | from HTTPS                                                                                    |
 * | `host`      | from HTTPS, for this very host and `Path=/`: no sibling domain can plant one                  |
 * | `http`      | from HTTPS and from a header: no script can plant one                                         |
 * | `host-http` | under all of these conditions                                                                 |
 */
export type CookiePrefix = 'none' | 'secure' | 'host' | 'http' | 'host-http';

const SPELLINGS: Readonly<Record<CookiePrefix, string>> = {
  none: '',
  secure: '__Secure-',
  host: '__Host-',
  http: '__Http-',
  'host-http': '__Host-Http-',
};

/** Longest first, because `__Host-Http-` begins with `__Host-`. */
const RECOGNISED = ['host-http', 'secure', 'host', 'http'] as const;

export const COOKIE_PREFIXES: readonly CookiePrefix[] = ['none', 'secure', 'host', 'http', 'host-http'];

export const spellingOf = (prefix: CookiePrefix): string => SPELLINGS[prefix];

/** The prefix that a browser sees in `name`. Browsers do not mind the case, so neither do we (RFC 6265bis 5.4). */
export function prefixIn(name: string): CookiePrefix {
  const lower = name.toLowerCase();
  return RECOGNISED.find((prefix) => lower.startsWith(SPELLINGS[prefix].toLowerCase())) ?? 'none';
}

export const requiresHostOnly = (prefix: CookiePrefix): boolean =>
  prefix === 'host' || prefix === 'host-http';

export const requiresHttpOnly = (prefix: CookiePrefix): boolean =>
  prefix === 'http' || prefix === 'host-http';
