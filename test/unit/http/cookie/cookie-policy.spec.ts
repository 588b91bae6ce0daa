import { describe, expect, it } from '@jest/globals';
import { cookiePolicy, secureFor } from '../../../../lib/http/cookie/cookie-policy.js';
import { type CookieSettings } from '../../../../lib/http/cookie/cookie-settings.js';

describe('cookiePolicy', () => {
  const defaults = {
    name: 'serving_session',
    prefix: 'none',
    path: '/',
    sameSite: 'lax',
    secure: 'auto',
    httpOnly: true,
    partitioned: false,
  };

  it('has the defaults of the documentation, without a domain', () => {
    expect(cookiePolicy()).toEqual(defaults);
  });

  it('takes undefined for not given', () => {
    expect(
      cookiePolicy({ name: undefined, domain: undefined, secure: undefined, prefix: undefined }),
    ).toEqual(defaults);
  });

  it('keeps what was given', () => {
    const settings = {
      name: 'sid',
      path: '/app',
      domain: 'example.com',
      sameSite: 'strict',
      secure: true,
      httpOnly: false,
      partitioned: true,
      priority: 'low',
    } as const;
    expect(cookiePolicy(settings)).toEqual({ ...settings, prefix: 'none' });
  });

  it.each([
    [{ prefix: 'secure' }, '__Secure-serving_session', 'secure'],
    [{ prefix: 'host' }, '__Host-serving_session', 'host'],
    [{ prefix: 'http' }, '__Http-serving_session', 'http'],
    [{ prefix: 'host-http', name: 'sid' }, '__Host-Http-sid', 'host-http'],
    [{ name: '__Host-sid' }, '__Host-sid', 'host'],
    [{ name: '__Host-Http-sid', prefix: 'host-http' }, '__Host-Http-sid', 'host-http'],
    [{ name: 'Http-sid', prefix: 'host' }, '__Host-Http-sid', 'host-http'],
  ] as const)('names the cookie of %j %s', (settings, name, prefix) => {
    expect(cookiePolicy(settings)).toMatchObject({ name, prefix });
  });

  it('is made of a policy again, for another name, with the same prefix', () => {
    const policy = cookiePolicy({ prefix: 'host', priority: 'high' });
    expect(cookiePolicy({ ...policy, name: 'admin' })).toEqual({ ...policy, name: '__Host-admin' });
  });

  it('throws all problems in one error', () => {
    const settings = { name: 'a b', path: 'x', secure: 'no' } as unknown as CookieSettings;
    expect(() => cookiePolicy(settings)).toThrow(
      /3 problems:\n.*session\.cookie\.name.*\n.*session\.cookie\.path.*\n.*session\.cookie\.secure/,
    );
  });
});

describe('secureFor', () => {
  it.each([
    // secure, encrypted, production, answer
    ['auto', false, false, false],
    ['auto', false, true, true],
    ['auto', true, false, true],
    ['auto', true, true, true],
    [true, false, false, true],
    [true, false, true, true],
    [true, true, false, true],
    [true, true, true, true],
    [false, false, false, false],
    [false, false, true, false],
    [false, true, false, false],
    [false, true, true, false],
  ] as const)('%s, encrypted %s, production %s: %s', (secure, encrypted, production, answer) => {
    expect(secureFor(cookiePolicy({ secure }), { encrypted, production })).toBe(answer);
  });

  it.each([
    [{ prefix: 'secure' }],
    [{ prefix: 'host' }],
    [{ prefix: 'http' }],
    [{ prefix: 'host-http' }],
    [{ name: '__Secure-sid' }],
    [{ sameSite: 'none' }],
    [{ partitioned: true }],
  ] as const)('is always true for %j, which browsers drop otherwise', (settings) => {
    expect(secureFor(cookiePolicy(settings), { encrypted: false, production: false })).toBe(true);
  });
});
