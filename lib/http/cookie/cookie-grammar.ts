import { COOKIE_PREFIXES } from './cookie-prefix.js';
import type { CookieSettings } from './cookie-settings.js';

/** What one setting may be, by itself. */
export interface CookieRule {
  accepts(value: unknown): boolean;
  readonly wanted: string;
  readonly fix: string;
}

/** An RFC 6265 token: no separator, no control character, nothing beyond ASCII. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/;
/** Visible ASCII without `,` `;` `=`; browsers drop attributes of more than 1024 bytes (RFC 6265bis 5.6). */
const PATH = /^\/[!-+\--:<>-~]{0,1023}$/;
const DOMAIN = /^(?!.{254})[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

const text = (pattern: RegExp, wanted: string, fix: string): CookieRule => ({
  accepts: (value) => typeof value === 'string' && pattern.test(value),
  wanted,
  fix,
});

const oneOf = (answers: readonly unknown[], fix: string): CookieRule => ({
  accepts: (value) => answers.includes(value),
  wanted: `one of ${answers.join(', ')}`,
  fix,
});

/**
 * The rules of every setting, so that nothing of the configuration can end its attribute and begin another, or a header
 * (ATTACKS A24). Whether the settings go together is for `cookie-contradictions.ts`.
 */
export const COOKIE_RULES: Readonly<Record<keyof CookieSettings, CookieRule>> = {
  name: text(NAME, "up to 256 letters, digits and !#$%&'*+-.^_`|~", 'write a name such as serving_session'),
  path: text(PATH, 'a path that begins with / and holds no space , ; =', 'write /, or the path of the app'),
  domain: text(DOMAIN, 'a host name in ASCII without a leading dot', 'write example.com, or remove it'),
  sameSite: oneOf(['lax', 'strict', 'none'], 'write lax unless you know why not'),
  secure: oneOf(['auto', true, false], 'write auto; in YAML, yes and no are texts'),
  httpOnly: oneOf([true, false], 'write true; in YAML, yes and no are texts'),
  partitioned: oneOf([true, false], 'write true or false; in YAML, yes and no are texts'),
  persistent: oneOf([true, false], 'write true or false; in YAML, yes and no are texts'),
  migrateFrom: text(
    NAME,
    "up to 256 letters, digits and !#$%&'*+-.^_`|~",
    'write the whole name that the cookie had before, prefix included',
  ),
  priority: oneOf(['low', 'medium', 'high'], 'write one of them, or remove it'),
  prefix: oneOf(COOKIE_PREFIXES, 'write host-http for a site on one host with HTTPS'),
};
