import { describe, expect, it } from '@jest/globals';
import { type CookiePolicy, cookiePolicy } from '../../lib/http/cookie/cookie-policy.js';
import { COOKIE_PREFIXES } from '../../lib/http/cookie/cookie-prefix.js';
import { cookieProblems } from '../../lib/http/cookie/cookie-problems.js';
import { cookieName, type CookieSettings } from '../../lib/http/cookie/cookie-settings.js';
import { setCookie } from '../../lib/http/cookie/write-cookie.js';
import { ModelBrowser } from '../support/model-browser.js';

/** Every combination of the settings that can contradict each other. */
const ALL: readonly CookieSettings[] = COOKIE_PREFIXES.flatMap((prefix) =>
  [undefined, 'example.com'].flatMap((domain) =>
    ['/', '/app'].flatMap((path) =>
      (['lax', 'strict', 'none'] as const).flatMap((sameSite) =>
        (['auto', true, false] as const).flatMap((secure) =>
          [true, false].flatMap((httpOnly) =>
            [true, false].map((partitioned) => ({
              prefix,
              domain,
              path,
              sameSite,
              secure,
              httpOnly,
              partitioned,
            })),
          ),
        ),
      ),
    ),
  ),
);

/** The line that a library writes which takes the settings as they come. */
function lineOf(settings: CookieSettings): string {
  const { domain, ...rest } = settings;
  const unchecked = {
    ...cookiePolicy(),
    ...rest,
    name: cookieName(settings),
    ...(domain === undefined ? {} : { domain }),
  };
  return setCookie(unchecked as CookiePolicy, 'T', { secure: settings.secure !== false });
}

describe('A22 contradictory cookie settings', () => {
  it.each([
    [{ prefix: 'host', domain: 'example.com' }, 'session.cookie.domain'],
    [{ prefix: 'host-http', domain: 'example.com' }, 'session.cookie.domain'],
    [{ prefix: 'host', path: '/x' }, 'session.cookie.path'],
    [{ prefix: 'host', secure: false }, 'session.cookie.secure'],
    [{ prefix: 'secure', secure: false }, 'session.cookie.secure'],
    [{ prefix: 'http', httpOnly: false }, 'session.cookie.http_only'],
    [{ prefix: 'host-http', httpOnly: false }, 'session.cookie.http_only'],
    [{ sameSite: 'none', secure: false }, 'session.cookie.secure'],
    [{ partitioned: true, secure: false }, 'session.cookie.secure'],
    [{ name: '__Host-sid', domain: 'example.com' }, 'session.cookie.domain'],
  ] as const)('%j stop the boot and name %s', (settings, key) => {
    expect(() => cookiePolicy(settings)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${key} is `) }),
    );
  });

  it('are exactly those whose cookie a browser throws away, in all 720 combinations', () => {
    const dropped = ALL.filter((settings) => !new ModelBrowser().receive(lineOf(settings)));
    expect(ALL.filter((settings) => cookieProblems(settings).length > 0)).toEqual(dropped);
    expect(ALL).toHaveLength(720);
  });

  it('are named all at once', () => {
    const settings = {
      prefix: 'host-http',
      domain: 'a.com',
      path: '/x',
      secure: false,
      httpOnly: false,
    } as const;
    expect(cookieProblems(settings)).toHaveLength(4);
  });
});

describe('A22, unprotected', () => {
  it('hands out a session that no request ever brings back', () => {
    const browser = new ModelBrowser();
    browser.receive(lineOf({ prefix: 'host', domain: 'example.com' }));
    expect(browser.header).toBe('');
    browser.receive(lineOf({ prefix: 'host' }));
    expect(browser.header).toBe('__Host-serving_session=T');
  });
});
