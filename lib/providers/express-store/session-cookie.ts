import type { ExpressSessionCookie } from './express-store.js';

/**
 * The `cookie` of a stored session, complete, because a store that misses its field keeps the session for a time of its own: from an
 * hour to for ever.
 *
 * @param life milliseconds from now.
 */
export function sessionCookie(life: number): ExpressSessionCookie {
  const cookie = {
    originalMaxAge: life,
    maxAge: life,
    expires: new Date(Date.now() + life),
    httpOnly: true,
    path: '/',
  };
  return Object.defineProperty(cookie, 'toJSON', { value: () => ({ ...cookie }) });
}
