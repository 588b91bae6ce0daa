import { describe, expect, it } from '@jest/globals';
import { cookieProblems } from '../../../../lib/http/cookie/cookie-problems.js';

const problemsOf = (settings: object): { key: string; seen: string; wanted: string; fix: string }[] =>
  cookieProblems(settings).map((problem) => ({ ...problem }));

describe('cookieProblems', () => {
  it('finds nothing in nothing, and nothing in settings that fit', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ name: 'sid', path: '/app', domain: 'app.example.com', priority: 'low' })).toEqual([]);
  });

  it.each([
    ['name', 7],
    ['name', ''],
    ['name', 'a b'],
    ['name', 'n'.repeat(257)],
    ['path', 'app'],
    ['path', ''],
    ['path', `/${'p'.repeat(1024)}`],
    ['domain', '.example.com'],
    ['domain', 'example.com.'],
    ['domain', 'exa_mple.com'],
    ['domain', '-a.com'],
    ['domain', `${'a'.repeat(64)}.com`],
    ['domain', `${'a.'.repeat(127)}com`],
    ['domain', 'https://example.com'],
    ['domain', null],
    ['prefix', '__Host-'],
    ['partitioned', 'yes'],
    ['priority', 'High'],
  ])('refuses %s: %j by itself', (setting, value) => {
    expect(problemsOf({ [setting]: value }).map(({ key }) => key)).toEqual([`session.cookie.${setting}`]);
  });

  it('writes keys as the YAML file does', () => {
    expect(problemsOf({ sameSite: 'Lax', httpOnly: 'no' }).map(({ key }) => key)).toEqual([
      'session.cookie.same_site',
      'session.cookie.http_only',
    ]);
  });

  it('shows what stands there, on one line and not at length', () => {
    const seen = problemsOf({ name: `a\r\n${'b'.repeat(500)}`, domain: { a: 1 }, secure: () => true }).map(
      (problem) => problem.seen,
    );
    expect(seen).toEqual([`"a\\r\\n${'b'.repeat(54)}`, '{"a":1}', 'function']);
  });

  it.each([
    ['host', 'secure'],
    ['host-http', 'http'],
  ])('offers a way out of prefix %s with a domain: %s', (prefix, instead) => {
    expect(problemsOf({ prefix, domain: 'example.com' })).toEqual([
      {
        key: 'session.cookie.domain',
        seen: '"example.com"',
        wanted: expect.stringContaining('because of the prefix __Host-'),
        fix: `remove the domain, or take prefix: ${instead}`,
      },
    ]);
  });

  it('names in one line all that needs secure', () => {
    expect(problemsOf({ prefix: 'secure', sameSite: 'none', partitioned: true, secure: false })).toEqual([
      {
        key: 'session.cookie.secure',
        seen: 'false',
        wanted: 'true or auto, because of the prefix __Secure- and same_site: none and partitioned: true',
        fix: 'remove it, or remove the prefix __Secure- and same_site: none and partitioned: true',
      },
    ]);
  });

  it('finds a prefix that is hidden in the name, also in another case', () => {
    expect(problemsOf({ name: '__HOST-sid', path: '/app' }).map(({ key }) => key)).toEqual([
      'session.cookie.name',
      'session.cookie.path',
    ]);
  });

  it('finds a name that says another prefix than the setting', () => {
    expect(problemsOf({ name: '__Secure-sid', prefix: 'host' })).toMatchObject([
      { key: 'session.cookie.prefix', seen: '"host"', wanted: expect.stringContaining('__Secure-') },
    ]);
  });

  it.each([
    [{ migrateFrom: 'serving_session' }],
    [{ name: 'sid', migrateFrom: 'sid' }],
    [{ prefix: 'host', migrateFrom: '__Host-serving_session' }],
  ] as const)('finds a former name that is the name of today: %j', (settings) => {
    expect(cookieProblems(settings).map(({ key }) => key)).toEqual(['session.cookie.migrate_from']);
  });

  it.each([
    [{ prefix: 'host', migrateFrom: 'serving_session' }],
    [{ migrateFrom: '__Host-serving_session' }],
    [{ name: 'sid', migrateFrom: 'SID' }],
  ] as const)('finds nothing in a former name that is another one: %j', (settings) => {
    expect(cookieProblems(settings)).toEqual([]);
  });

  it('does not hold a setting against others that is wrong by itself', () => {
    expect(problemsOf({ prefix: 'host', path: 'app' })).toHaveLength(1);
  });
});
