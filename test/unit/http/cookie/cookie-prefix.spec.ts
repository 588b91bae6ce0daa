import { describe, expect, it } from '@jest/globals';
import {
  COOKIE_PREFIXES,
  prefixIn,
  requiresHostOnly,
  requiresHttpOnly,
  spellingOf,
} from '../../../../lib/http/cookie/cookie-prefix.js';

describe('a cookie prefix', () => {
  it.each(COOKIE_PREFIXES)(
    '%s is recognised in a name that begins with its spelling, in any case',
    (prefix) => {
      const name = `${spellingOf(prefix)}sid`;
      expect([name, name.toUpperCase(), name.toLowerCase()].map(prefixIn)).toEqual([prefix, prefix, prefix]);
    },
  );

  it.each([['_Host-sid'], ['Host-sid'], ['x__Host-sid'], ['__Hostsid'], ['__Host_sid']])(
    'is not in %s',
    (name) => {
      expect(prefixIn(name)).toBe('none');
    },
  );

  it.each([
    ['none', false, false],
    ['secure', false, false],
    ['host', true, false],
    ['http', false, true],
    ['host-http', true, true],
  ] as const)('%s: this host only %s, HttpOnly %s', (prefix, hostOnly, httpOnly) => {
    expect([requiresHostOnly(prefix), requiresHttpOnly(prefix)]).toEqual([hostOnly, httpOnly]);
  });
});
