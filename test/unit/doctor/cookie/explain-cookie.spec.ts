import { describe, expect, it } from '@jest/globals';
import type { CookieFacts } from '../../../../lib/doctor/cookie/cookie-facts.js';
import { explainCookie } from '../../../../lib/doctor/cookie/explain-cookie.js';
import { readExchange } from '../../../../lib/doctor/cookie/exchange.js';
import { type CookiePolicy, cookiePolicy, secureFor } from '../../../../lib/http/cookie/cookie-policy.js';
import { COOKIE_PREFIXES } from '../../../../lib/http/cookie/cookie-prefix.js';
import { cookieProblems } from '../../../../lib/http/cookie/cookie-problems.js';
import type { CookieSettings } from '../../../../lib/http/cookie/cookie-settings.js';
import { setCookie } from '../../../../lib/http/cookie/write-cookie.js';
import { ModelBrowser } from '../../../support/model-browser.js';

/** A request of a page of the app itself, over HTTPS, whose handler logged somebody in. */
const GOOD: CookieFacts = {
  cookie: cookiePolicy({ prefix: 'host-http' }),
  production: true,
  creation: 'first-write',
  reached: 'https',
  socketTls: true,
  trustsProxy: false,
  host: 'app.example.com',
  path: '/login',
  site: 'same-origin',
  target: 'top',
  safeMethod: false,
  presented: 1,
  unreadable: 0,
  former: 0,
  written: true,
  begun: false,
};

/** In the order in which they are answered. */
const NAMES = [
  'first-write',
  'response-begun',
  'set-cookie',
  'proxy-trust',
  'secure',
  'prefix',
  'domain',
  'size',
  'same-site',
  'partitioned',
  'path',
  'duplicates',
  'unreadable',
  'migrate-from',
];

const POLICIES: readonly CookiePolicy[] = COOKIE_PREFIXES.flatMap((prefix) =>
  ([undefined, 'example.com', 'elsewhere.org'] as const).flatMap((domain) =>
    (['lax', 'strict', 'none'] as const).flatMap((sameSite) =>
      (['auto', true, false] as const).flatMap((secure) =>
        [true, false].map((partitioned): CookieSettings => ({
          prefix,
          domain,
          sameSite,
          secure,
          partitioned,
        })),
      ),
    ),
  ),
)
  .filter((settings) => cookieProblems(settings).length === 0)
  .map((settings) => cookiePolicy(settings));

const TRANSPORTS: readonly Partial<CookieFacts>[] = (['https', 'http', 'localhost'] as const).flatMap(
  (reached) =>
    [true, false].flatMap((socketTls) =>
      [true, false].flatMap((trustsProxy) =>
        [true, false].flatMap((production) =>
          ([{}, { forwardedProto: 'https' }, { forwardedProto: 'http' }] as const).map((proto) => ({
            reached,
            socketTls,
            trustsProxy,
            production,
            ...proto,
          })),
        ),
      ),
    ),
);

const named = (facts: CookieFacts, name: string) =>
  explainCookie(facts).find((finding) => finding.name === name);

const verdictOf = (changes: Partial<CookieFacts>, name: string) =>
  named({ ...GOOD, ...changes }, name)?.verdict;

const stopping = (facts: CookieFacts): string[] =>
  explainCookie(facts)
    .filter(({ verdict }) => verdict === 'stops')
    .map(({ name }) => name);

/** What a browser got, after `change` was done to the line on the way. */
function receivedFrom(
  policy: CookiePolicy,
  change: (line: string) => string,
): CookieFacts & { line: string } {
  const line = change(setCookie(policy, 'token', { secure: true }));
  const received = readExchange(`GET / HTTP/1.1\n\nHTTP/1.1 200 OK\nSet-Cookie: ${line}`)?.received ?? [];
  return { ...GOOD, cookie: policy, received, line };
}

describe('explainCookie', () => {
  it('has nothing to say against a cookie that is set, kept, sent and read', () => {
    expect(explainCookie(GOOD).map(({ verdict }) => verdict)).not.toContain('stops');
    expect(explainCookie(GOOD).map(({ verdict }) => verdict)).not.toContain('warns');
  });

  it('answers in the order of a cookie’s life, each rule once, with a fix wherever it is not content', () => {
    for (const cookie of POLICIES) {
      for (const transport of TRANSPORTS) {
        const findings = explainCookie({ ...GOOD, ...transport, cookie });
        expect(findings.map(({ name }) => NAMES.indexOf(name))).toEqual(
          [...new Set(findings.map(({ name }) => NAMES.indexOf(name)))].sort((a, b) => a - b),
        );
        expect(findings.every(({ verdict, fix }) => (verdict === 'ok') === (fix === undefined))).toBe(true);
      }
    }
  });

  it('stops what a browser drops, and nothing else, for every policy over every connection', () => {
    for (const cookie of POLICIES) {
      for (const transport of TRANSPORTS) {
        const facts: CookieFacts = { ...GOOD, ...transport, cookie };
        const encrypted = facts.socketTls || (facts.trustsProxy && facts.forwardedProto === 'https');
        const line = setCookie(cookie, 'token', {
          secure: secureFor(cookie, { encrypted, production: facts.production }),
        });
        const browser = new ModelBrowser('app.example.com', facts.reached !== 'http');
        expect([line, facts.reached, stopping(facts).length === 0]).toEqual([
          line,
          facts.reached,
          browser.receive(line),
        ]);
      }
    }
    expect(POLICIES.length * TRANSPORTS.length).toBeGreaterThan(5000);
  });

  it.each<[what: string, change: (line: string) => string]>([
    ['nothing', (line) => line],
    ['a Domain that is added', (line) => `${line}; Domain=example.com`],
    ['a Domain of somebody else', (line) => `${line}; Domain=elsewhere.org`],
    ['a Path that is narrowed', (line) => line.replace('Path=/', 'Path=/app')],
    ['a Path that is taken out', (line) => line.replace('Path=/; ', '')],
    ['HttpOnly that is taken out', (line) => line.replace('; HttpOnly', '')],
    ['Secure that is taken out', (line) => line.replace('; Secure', '')],
  ])('judges the line that the browser got, as a browser does: %s', (_, change) => {
    for (const cookie of POLICIES) {
      const { line, ...facts } = receivedFrom(cookie, change);
      const kept = new ModelBrowser().receive(line);
      expect([line, stopping(facts).length === 0]).toEqual([line, kept]);
    }
  });
});

describe('what is wrong before the cookie leaves', () => {
  it('is that nobody wrote to the session, unless one is made at first sight', () => {
    expect(stopping({ ...GOOD, written: false })).toEqual(['first-write']);
    expect(stopping({ ...GOOD, written: false, presented: 0 })).toEqual(['first-write']);
    expect(stopping({ ...GOOD, written: false, presented: 0, creation: 'eager' })).toEqual([]);
    expect(stopping({ ...GOOD, written: false, presented: 1, creation: 'eager' })).toEqual(['first-write']);
  });

  it('is that the first byte had left', () => {
    expect(stopping({ ...GOOD, begun: true })).toEqual(['response-begun']);
  });

  it('is that the line is missing from the answer, blamed on who can have done it', () => {
    const others = [{ name: 'theme', valueLength: 4, attributes: new Map<string, string>() }];
    expect(stopping({ ...GOOD, received: [] })).toEqual(['set-cookie']);
    expect(named({ ...GOOD, received: others }, 'set-cookie')?.fix).toContain('proxy');
    const { written: _, begun: __, ...unknown } = GOOD;
    expect(named({ ...unknown, received: [] }, 'set-cookie')?.fix).toContain('handler');
    expect(stopping({ ...GOOD, received: [], written: false })).toEqual(['first-write']);
    expect(stopping({ ...GOOD, received: [], begun: true })).toEqual(['response-begun']);
  });

  it('is nothing when the cookie is taken away', () => {
    const attributes = new Map([
      ['path', '/'],
      ['httponly', ''],
      ['secure', ''],
      ['max-age', '0'],
    ]);
    const received = [{ name: '__Host-Http-serving_session', valueLength: 0, attributes }];
    expect(named({ ...GOOD, received }, 'set-cookie')).toMatchObject({
      verdict: 'ok',
      says: expect.stringContaining('away'),
    });
  });

  it('is not judged where nobody knows', () => {
    const { written: _, begun: __, host: ___, path: ____, site: _____, ...facts } = GOOD;
    const known = explainCookie(facts).map(({ name }) => name);
    expect(known).toEqual(['proxy-trust', 'secure', 'prefix', 'duplicates']);
  });
});

describe('what app and browser make of the connection', () => {
  it('is told where they disagree, for every connection', () => {
    for (const transport of TRANSPORTS) {
      const { socketTls, trustsProxy, forwardedProto, reached } = { ...GOOD, ...transport };
      const seen = socketTls || (trustsProxy && forwardedProto === 'https');
      const untrusted = !seen && forwardedProto === 'https';
      expect(verdictOf(transport, 'proxy-trust')).toBe(
        seen === (reached === 'https') && !untrusted ? 'ok' : 'warns',
      );
    }
  });

  it('is mended by trust, where a proxy says it and nobody listens', () => {
    const behind = { ...GOOD, socketTls: false, forwardedProto: 'https' } as const;
    expect(named(behind, 'proxy-trust')?.fix).toContain('trust proxy');
    expect(named({ ...behind, trustsProxy: true }, 'proxy-trust')?.verdict).toBe('ok');
  });
});

describe('a cookie in a request that another site causes', () => {
  const cases = (['lax', 'strict', 'none'] as const).flatMap((sameSite) =>
    (['top', 'frame', 'resource'] as const).flatMap((target) =>
      [true, false].flatMap((safeMethod) =>
        [true, false].map((partitioned) => ({ sameSite, target, safeMethod, partitioned })),
      ),
    ),
  );

  it.each(cases)('is sent or not: %j', ({ sameSite, target, safeMethod, partitioned }) => {
    const cookie = cookiePolicy({ sameSite, partitioned, prefix: 'host-http' });
    const sent = sameSite === 'none' || (sameSite === 'lax' && target === 'top' && safeMethod);
    const blocked = sameSite === 'none' && target !== 'top' && !partitioned;
    const facts = { cookie, target, safeMethod, site: 'cross-site' } as const;
    expect(verdictOf(facts, 'same-site')).toBe(blocked ? 'warns' : sent ? 'ok' : 'stops');
    for (const site of ['same-origin', 'same-site', 'none'] as const)
      expect(verdictOf({ ...facts, site }, 'same-site')).toBe('ok');
  });

  it('is another one than at the top, when it is partitioned', () => {
    const cookie = cookiePolicy({ sameSite: 'none', partitioned: true });
    expect(verdictOf({ cookie, target: 'top' }, 'partitioned')).toBe('warns');
    expect(verdictOf({ cookie, target: 'frame' }, 'partitioned')).toBe('ok');
    expect(verdictOf({}, 'partitioned')).toBeUndefined();
  });
});

describe('the scope of a cookie', () => {
  it.each([
    ['example.com', 'app.example.com', 'ok'],
    ['example.com', 'EXAMPLE.com', 'ok'],
    ['example.com', 'badexample.com', 'stops'],
    ['example.com', '127.0.0.1', 'stops'],
  ] as const)('of the domain %s, asked for %s: %s', (domain, host, verdict) => {
    expect(verdictOf({ cookie: cookiePolicy({ domain }), host }, 'domain')).toBe(verdict);
  });

  it.each([
    ['/app', '/app', 'ok'],
    ['/app', '/app/x', 'ok'],
    ['/app/', '/app/x', 'ok'],
    ['/app', '/application', 'stops'],
    ['/app', '/', 'stops'],
    ['/', '/x', undefined],
  ] as const)('of the path %s, asked for %s: %s', (path, asked, verdict) => {
    expect(verdictOf({ cookie: cookiePolicy({ path }), path: asked }, 'path')).toBe(verdict);
  });

  it.each([
    [4096 - '__Host-Http-serving_session'.length, 'ok'],
    [4097 - '__Host-Http-serving_session'.length, 'stops'],
  ] as const)('has room for a value of %d characters: %s', (valueLength, verdict) => {
    const attributes = new Map([
      ['path', '/'],
      ['httponly', ''],
      ['secure', ''],
    ]);
    const received = [{ name: '__Host-Http-serving_session', valueLength, attributes }];
    expect(verdictOf({ received }, 'size')).toBe(verdict);
  });
});

describe('the cookies that a request brings', () => {
  it.each([
    [0, 'ok'],
    [1, 'ok'],
    [2, 'warns'],
    [4, 'warns'],
    [5, 'stops'],
  ] as const)('are %d of the name: %s', (presented, verdict) => {
    expect(verdictOf({ presented }, 'duplicates')).toBe(verdict);
  });

  it('are no use when none of them can be a token', () => {
    expect(verdictOf({ unreadable: 1, presented: 0 }, 'unreadable')).toBe('stops');
    expect(verdictOf({ unreadable: 1, presented: 1 }, 'unreadable')).toBe('warns');
    expect(verdictOf({}, 'unreadable')).toBeUndefined();
  });

  it('are accepted under a former name where none came under that of today', () => {
    const cookie = cookiePolicy({ prefix: 'host-http', migrateFrom: 'sid' });
    expect(verdictOf({ cookie, former: 0 }, 'migrate-from')).toBe('ok');
    expect(verdictOf({ cookie, former: 1, presented: 0 }, 'migrate-from')).toBe('ok');
    expect(verdictOf({ cookie, former: 1, presented: 1 }, 'migrate-from')).toBe('warns');
    expect(verdictOf({ former: 1 }, 'migrate-from')).toBeUndefined();
  });
});
