import { badCredential } from '../../errors/use.js';
import type { CookiePolicy } from './cookie-policy.js';
import { isCookieValue } from './cookie-value.js';

const SAME_SITE = { lax: 'Lax', strict: 'Strict', none: 'None' } as const;
const PRIORITY = { low: 'Low', medium: 'Medium', high: 'High' } as const;

/** How a token is handed out. */
export interface CookieLife {
  /** The answer of `secureFor()` for this response. */
  readonly secure: boolean;
  /** For how long the browser keeps the cookie, in milliseconds. Empty: as long as it runs. */
  readonly maxAge?: number;
}

/** Browsers keep no cookie for longer (RFC 6265bis 5.5). */
const MAX_AGE_S = 400 * 24 * 60 * 60;

/**
 * The `Set-Cookie` value that hands a token to the client. Without a `maxAge` the cookie lives as long as the browser runs, the
 * session as long as the server says.
 *
 * Throws `BAD_CREDENTIAL` rather than let a token end the value and begin an attribute; {@link readCookie} would not read it
 * back either.
 */
export function setCookie(policy: CookiePolicy, token: string, { secure, maxAge }: CookieLife): string {
  if (!isCookieValue(token)) throw badCredential('something that cannot be the value of a cookie');
  const seconds =
    maxAge === undefined ? undefined : Math.min(MAX_AGE_S, Math.max(0, Math.ceil(maxAge / 1000)));
  return `${policy.name}=${token}; ${scopeOf(policy, secure)}${seconds === undefined ? '' : `; Max-Age=${seconds}`}`;
}

/**
 * The `Set-Cookie` value that takes the cookie away. It repeats the scope of the one that set it, because a browser otherwise
 * keeps that one and ignores this (RFC 6265bis 5.7; ATTACKS A28).
 *
 * @param name another one than the policy's, for a cookie of before.
 */
export const clearCookie = (policy: CookiePolicy, secure: boolean, name: string = policy.name): string =>
  `${name}=; ${scopeOf(policy, secure)}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;

function scopeOf(policy: CookiePolicy, secure: boolean): string {
  const attributes = [`Path=${policy.path}`];
  if (policy.httpOnly) attributes.push('HttpOnly');
  attributes.push(`SameSite=${SAME_SITE[policy.sameSite]}`);
  if (secure) attributes.push('Secure');
  if (policy.domain !== undefined) attributes.push(`Domain=${policy.domain}`);
  if (policy.partitioned) attributes.push('Partitioned');
  if (policy.priority !== undefined) attributes.push(`Priority=${PRIORITY[policy.priority]}`);
  return attributes.join('; ');
}
