import { MAX_CANDIDATES } from '../../session/select-session.js';
import { type CookieFacts, type CookieFinding, ok, stops, warns } from './cookie-facts.js';

/** Nobody can tell which of several cookies the user meant (ATTACKS A20). */
export function duplicates({ presented, cookie }: CookieFacts): CookieFinding {
  if (presented < 2)
    return ok(
      'duplicates',
      `The request brought ${presented === 1 ? 'one cookie' : 'no cookie'} of the name.`,
    );
  const fix =
    cookie.prefix === 'none'
      ? 'clear the cookies of other paths and domains; `session.cookie.prefix: host-http` keeps others from setting one'
      : 'clear the cookies of the name in the browser';
  return presented > MAX_CANDIDATES
    ? stops('duplicates', `More than ${MAX_CANDIDATES} cookies of the name: the request is anonymous.`, fix)
    : warns(
        'duplicates',
        `${presented} cookies of the name: the one that is live counts, and if several are, none.`,
        fix,
      );
}

/** Nothing is decoded: a token has one spelling. */
export function unreadable({ presented, unreadable: broken }: CookieFacts): CookieFinding | undefined {
  if (broken === 0) return undefined;
  const says =
    'A cookie of the name has a value that cannot be a token (quoted, escaped or empty): it is not read.';
  const fix = 'let clients and proxies send the value as it was set';
  return presented === 0 ? stops('unreadable', says, fix) : warns('unreadable', says, fix);
}

/** The former name is looked at only where nothing came under the name of today. */
export function migrateFrom({ presented, former, cookie }: CookieFacts): CookieFinding | undefined {
  if (cookie.migrateFrom === undefined) return undefined;
  if (former === 0) return ok('migrate-from', `No cookie came under the former name ${cookie.migrateFrom}.`);
  return presented === 0
    ? ok(
        'migrate-from',
        `The cookie came as ${cookie.migrateFrom}: it is accepted once, for a new one as ${cookie.name}.`,
      )
    : warns(
        'migrate-from',
        `Cookies came as ${cookie.migrateFrom} and as ${cookie.name}: the former is not looked at.`,
        'nothing, unless it stays; then clear it in the browser',
      );
}
