import { describe, expect, it } from '@jest/globals';
import { cookiePolicy, secureFor } from '../../lib/http/cookie/cookie-policy.js';
import type { CookieSettings } from '../../lib/http/cookie/cookie-settings.js';
import { clearCookie, setCookie } from '../../lib/http/cookie/write-cookie.js';
import { ModelBrowser } from '../support/model-browser.js';

const SCOPES: readonly CookieSettings[] = [
  {},
  { secure: true },
  { path: '/app' },
  { domain: 'example.com' },
  { partitioned: true, sameSite: 'none' },
  { domain: 'example.com', path: '/app', partitioned: true },
  { prefix: 'secure', domain: 'example.com' },
  { prefix: 'host' },
  { prefix: 'http', path: '/app' },
  { prefix: 'host-http', sameSite: 'none', partitioned: true, priority: 'high' },
];

const attributesOf = (line: string): string[] => line.split('; ').slice(1);

describe.each(SCOPES)('A28 clearing the cookie of %j', (settings) => {
  const policy = cookiePolicy(settings);
  const secure = secureFor(policy, { encrypted: true, production: true });

  it('takes it out of the browser', () => {
    const browser = new ModelBrowser();
    expect(browser.receive(setCookie(policy, 'T', { secure }))).toBe(true);
    expect(browser.header).toBe(`${policy.name}=T`);
    browser.receive(clearCookie(policy, secure));
    expect(browser.header).toBe('');
  });

  it('repeats every attribute of setting it, and adds only the end of its life', () => {
    expect(attributesOf(clearCookie(policy, secure))).toEqual([
      ...attributesOf(setCookie(policy, 'T', { secure })),
      'Max-Age=0',
      'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
  });
});

describe('A28, unprotected', () => {
  it.each(SCOPES.filter(({ path, domain, partitioned, prefix }) => path ?? domain ?? partitioned ?? prefix))(
    'the cookie of %j survives a clearing line without its scope',
    (settings) => {
      const policy = cookiePolicy(settings);
      const browser = new ModelBrowser();
      browser.receive(setCookie(policy, 'T', { secure: true }));
      browser.receive(`${policy.name}=; Max-Age=0`);
      expect(browser.header).toBe(`${policy.name}=T`);
    },
  );
});
