import { describe, expect, it } from '@jest/globals';
import { logoutRules } from '../../../lib/adapters/back-channel-logout/logout-options.js';
import { thrownBy } from '../../support/thrown-by.js';

const GOOD = { issuer: 'https://id.example.com', audience: 'shop', jwks: 'https://id.example.com/jwks' };

const rulesOf = (options: object) => logoutRules({ ...GOOD, ...options });

describe('the options of a back-channel logout', () => {
  it('are strict by default', () => {
    const { algorithms, keys, ...rules } = rulesOf({});
    expect(rules).toEqual({
      issuer: GOOD.issuer,
      audience: GOOD.audience,
      maxAgeMs: 120_000,
      generalType: false,
    });
    expect(keys).toEqual(new URL(GOOD.jwks));
    expect(algorithms.filter((each) => /^(none|HS)/i.test(each))).toEqual([]);
  });

  it.each([
    new URL(GOOD.jwks),
    { keys: [] },
    'http://localhost:8080/jwks',
    'http://127.0.0.1/jwks',
    'http://[::1]/jwks',
  ])('take keys from %j', (jwks) => {
    expect(rulesOf({ jwks }).keys).toBeDefined();
  });

  it.each([
    ['issuer', undefined],
    ['issuer', ''],
    ['audience', undefined],
    ['audience', ''],
    ['audience', ['shop']],
    ['jwks', undefined],
    ['jwks', ''],
    ['jwks', 'id.example.com/jwks'],
    ['jwks', 'http://id.example.com/jwks'],
    ['jwks', 'http://localhost.example.com/jwks'],
    ['jwks', new URL('file:///jwks')],
    ['jwks', {}],
    ['algorithms', []],
    ['algorithms', ['RS256', 'none']],
    ['algorithms', ['HS256']],
    ['maxAgeMs', 0],
    ['maxAgeMs', NaN],
    ['maxAgeMs', Infinity],
    ['maxAgeMs', '2m'],
  ])('are refused when they are made: %s as %j', (key, value) => {
    const error = thrownBy(() => rulesOf({ [key]: value }));
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`Logout: ${key}`),
    });
  });

  it('are told all that is wrong with them at once', () => {
    const { message } = thrownBy(() => rulesOf({ issuer: '', audience: '', jwks: '' })) as Error;
    expect(message).toContain('3 problems');
  });
});
