import type { ConfigProblem } from '../../errors/configuration.js';
import {
  type CookiePrefix,
  prefixIn,
  requiresHostOnly,
  requiresHttpOnly,
  spellingOf,
} from './cookie-prefix.js';
import { cookieName, type CookieSettings } from './cookie-settings.js';

/** A setting that another one forbids. */
export interface CookieContradiction extends Pick<ConfigProblem, 'wanted' | 'fix'> {
  readonly setting: keyof CookieSettings;
}

/**
 * Settings that are fine alone and make a cookie together that a browser throws away without a word (ATTACKS A22). Expects every
 * setting to have passed its own rule.
 */
export function cookieContradictions(settings: CookieSettings): CookieContradiction[] {
  const prefix = prefixIn(cookieName(settings));
  return [
    ...nameAgainst(settings),
    ...formerName(settings),
    ...scopeAgainst(prefix, settings),
    ...secureAgainst(prefix, settings),
  ];
}

function nameAgainst({ name = '', prefix = 'none' }: CookieSettings): CookieContradiction[] {
  const found: CookieContradiction[] = [];
  const own = prefixIn(name);
  if (!name.startsWith(spellingOf(own))) {
    const wanted = `the prefix spelt ${spellingOf(own)}`;
    found.push({ setting: 'name', wanted, fix: 'correct its case; not every browser sees it otherwise' });
  }
  if (own !== 'none' && prefix !== 'none' && own !== prefix) {
    const wanted = `${own}, because the name begins with ${spellingOf(own)}`;
    found.push({ setting: 'prefix', wanted, fix: 'remove the prefix from the name, or this setting' });
  }
  return found;
}

function formerName(settings: CookieSettings): CookieContradiction[] {
  if (settings.migrateFrom !== cookieName(settings)) return [];
  const wanted = 'a name that the cookie does not have any more';
  return [{ setting: 'migrateFrom', wanted, fix: 'write the name of before, or remove this setting' }];
}

function scopeAgainst(prefix: CookiePrefix, settings: CookieSettings): CookieContradiction[] {
  const { domain, path = '/', httpOnly = true } = settings;
  const because = `because of the prefix ${spellingOf(prefix)}`;
  const found: CookieContradiction[] = [];
  if (requiresHostOnly(prefix) && domain !== undefined) {
    const fix = `remove the domain, or take prefix: ${withoutHost(prefix)}`;
    found.push({ setting: 'domain', wanted: `none, ${because}`, fix });
  }
  if (requiresHostOnly(prefix) && path !== '/') {
    const fix = `remove the path, or take prefix: ${withoutHost(prefix)}`;
    found.push({ setting: 'path', wanted: `/, ${because}`, fix });
  }
  if (requiresHttpOnly(prefix) && !httpOnly) {
    const fix = `remove http_only, or take prefix: ${prefix === 'http' ? 'secure' : 'host'}`;
    found.push({ setting: 'httpOnly', wanted: `true, ${because}`, fix });
  }
  return found;
}

const withoutHost = (prefix: CookiePrefix): CookiePrefix => (prefix === 'host' ? 'secure' : 'http');

function secureAgainst(prefix: CookiePrefix, settings: CookieSettings): CookieContradiction[] {
  if (settings.secure !== false) return [];
  const reasons = [
    prefix !== 'none' && `the prefix ${spellingOf(prefix)}`,
    settings.sameSite === 'none' && 'same_site: none',
    settings.partitioned === true && 'partitioned: true',
  ].filter((reason) => reason !== false);
  if (reasons.length === 0) return [];
  const because = reasons.join(' and ');
  return [
    {
      setting: 'secure',
      wanted: `true or auto, because of ${because}`,
      fix: `remove it, or remove ${because}`,
    },
  ];
}
