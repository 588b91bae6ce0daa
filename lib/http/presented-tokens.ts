import type { CookiePolicy } from './cookie/cookie-policy.js';
import { readCookie } from './cookie/read-cookie.js';

/** The tokens that a request presents, and under which name of the cookie. */
export interface PresentedTokens {
  readonly tokens: readonly string[];
  /** They came under the name of before, so the client is to get a new token under the new name. */
  readonly outdated: boolean;
}

/** Looks at the former name only where nothing came under the name of today. */
export function presentedTokens(
  header: string | undefined,
  { name, migrateFrom }: CookiePolicy,
): PresentedTokens {
  const tokens = readCookie(header, name);
  if (tokens.length > 0 || migrateFrom === undefined) return { tokens, outdated: false };
  const former = readCookie(header, migrateFrom);
  return { tokens: former, outdated: former.length > 0 };
}
