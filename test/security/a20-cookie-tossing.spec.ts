import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../lib/credentials/nonce.js';
import { readCookie } from '../../lib/http/cookie/read-cookie.js';

const NAME = 'serving_session';
const mine = newNonce();
const theirs = newNonce();

/** What an attacker on a sibling domain can put in front of our cookie or behind it, such that we must not see it. */
const INVISIBLE = [
  ['a quoted value', `${NAME}="${theirs}"`],
  ['a percent-encoded value', `${NAME}=%61${theirs}`],
  ['a percent-encoded name', `serving%5Fsession=${theirs}`],
  ['a name in another case', `Serving_Session=${theirs}`],
  ['a name behind a no-break space', `\u00c2\u00a0${NAME}=${theirs}`],
  ['a name behind a raw no-break space', `\u00a0${NAME}=${theirs}`],
  ['a name behind a control character', `\u000b${NAME}=${theirs}`],
  ['a nameless cookie that looks like ours', `=${NAME}=${theirs}`],
  ['our name in the value of another', `a=${NAME}=${theirs}`],
  ['an empty value', `${NAME}=`],
  ['a comma instead of a semicolon', `a=1, ${NAME}=${theirs}`],
] as const;

describe('A20 cookie tossing, as far as reading goes', () => {
  it('hands over both values, whichever comes first, so that neither shadows the other', () => {
    expect(readCookie(`${NAME}=${theirs}; ${NAME}=${mine}`, NAME)).toEqual([theirs, mine]);
    expect(readCookie(`${NAME}=${mine}; ${NAME}=${theirs}`, NAME)).toEqual([mine, theirs]);
  });

  it.each(INVISIBLE)('does not see %s, before or after ours', (_, tossed) => {
    expect(readCookie(`${tossed}; ${NAME}=${mine}`, NAME)).toEqual([mine]);
    expect(readCookie(`${NAME}=${mine}; ${tossed}`, NAME)).toEqual([mine]);
  });

  it('counts copies of one value once, so that a copy makes nothing ambiguous', () => {
    expect(readCookie(Array(50).fill(`${NAME}=${mine}`).join('; '), NAME)).toEqual([mine]);
  });

  it('stops at five different values: more than the four that a request may present', () => {
    const flood = Array.from({ length: 180 }, () => `${NAME}=${newNonce()}`);
    expect(readCookie([...flood, `${NAME}=${mine}`].join('; '), NAME)).toHaveLength(5);
  });

  it('reads nothing but the prefixed name where there is a prefix', () => {
    expect(readCookie(`${NAME}=${theirs}; __Host-${NAME}=${mine}`, `__Host-${NAME}`)).toEqual([mine]);
    expect(readCookie(`__Host-${NAME}=${theirs}; ${NAME}=${mine}`, NAME)).toEqual([mine]);
  });
});

describe('A20, unprotected', () => {
  /** How most parsers read: an object, decoded, trimmed by `String.trim()`, the first of a name wins. */
  function objectOf(header: string): Record<string, string> {
    const found: Record<string, string> = {};
    for (const pair of header.split(/[;,]/)) {
      const [name = '', value = ''] = Buffer.from(pair, 'latin1').toString().split('=');
      found[name.trim().toLowerCase()] ??= decodeURIComponent(value.trim().replaceAll('"', ''));
    }
    return found;
  }

  it('is shadowed by whoever comes first', () => {
    expect(objectOf(`${NAME}=${theirs}; ${NAME}=${mine}`)[NAME]).toBe(theirs);
  });

  it('is shadowed by a name that only looks like ours', () => {
    expect(objectOf(`\u00c2\u00a0${NAME}=${theirs}; ${NAME}=${mine}`)[NAME]).toBe(theirs);
    expect(objectOf(`${NAME}="${theirs}"; ${NAME}=${mine}`)[NAME]).toBe(theirs);
  });
});
