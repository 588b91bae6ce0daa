import { type CookiePrefix, prefixIn, spellingOf } from './cookie-prefix.js';

/** `session.cookie` as the configuration gives it. What is missing takes its default. */
export interface CookieSettings {
  /** Default `serving_session`. May already carry a prefix such as `__Host-`. Renaming it logs everybody out. */
  readonly name?: string | undefined;
  /** Default `/`. A narrower path hides the cookie from the rest of the site; it is no protection from it. */
  readonly path?: string | undefined;
  /** Default none: this host only. With a domain, every subdomain receives the cookie, and each can plant one. */
  readonly domain?: string | undefined;
  /** Default `lax`. `strict` logs nobody in who comes by a link; `none` sends the cookie with requests of every site. */
  readonly sameSite?: 'lax' | 'strict' | 'none' | undefined;
  /** Default `auto`: over trusted TLS, and always in production. `false` sends the token in the clear. */
  readonly secure?: 'auto' | boolean | undefined;
  /** Default true. Without it, every script of the page can read the token. */
  readonly httpOnly?: boolean | undefined;
  /** Default false. For apps in a frame of another site: one session a surrounding site (CHIPS). */
  readonly partitioned?: boolean | undefined;
  /** Default none. Which cookies Chromium drops first when a site has too many. */
  readonly priority?: 'low' | 'medium' | 'high' | undefined;
  /** Default `none`. `host-http` is the safest, for a site that has HTTPS on one host. */
  readonly prefix?: CookiePrefix | undefined;
  /** Default false. Whether the cookie outlives the browser, until the absolute timeout of the session. */
  readonly persistent?: boolean | undefined;
  /** Default none. The whole former name of the cookie: a token in it is accepted once, for one under the new name. */
  readonly migrateFrom?: string | undefined;
}

const DEFAULT_NAME = 'serving_session';

/** The name with its prefix, which is not doubled when the name already carries it. */
export function cookieName({ name = DEFAULT_NAME, prefix = 'none' }: CookieSettings): string {
  return prefixIn(name) === 'none' ? spellingOf(prefix) + name : name;
}
