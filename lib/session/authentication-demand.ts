import type { AuthenticationDemand } from '../errors/access.js';

/** What is known of a login. */
interface KnownLogin {
  /** Epoch milliseconds; `null` while nobody has logged in. */
  readonly authenticatedAt: number | null;
  readonly amr: readonly string[];
}

/** Whether a login is young enough, and by all the methods that are asked for. Exactly as old as allowed is too old. */
export const meets = (
  { authenticatedAt, amr }: KnownLogin,
  { maxAge = Infinity, amr: wanted = [] }: AuthenticationDemand,
  now: number,
): boolean =>
  authenticatedAt !== null &&
  now - authenticatedAt < maxAge &&
  wanted.every((method) => amr.includes(method));
