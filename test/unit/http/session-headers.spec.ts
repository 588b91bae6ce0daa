import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { cookiePolicy } from '../../../lib/http/cookie/cookie-policy.js';
import { type HeaderFacts, writeSessionHeaders } from '../../../lib/http/session-headers.js';
import type { CookieChange } from '../../../lib/session/cookie-change.js';

const NOW = 1_000_000;

interface Given {
  readonly change: CookieChange;
  readonly lookedAt?: boolean;
  readonly facts?: Partial<Omit<HeaderFacts, 'parts'>>;
  readonly parts?: Partial<HeaderFacts['parts']>;
  readonly said?: Readonly<Record<string, string>>;
}

/** The headers of an answer, and what the developer is told. */
function headersOf({ change, lookedAt = true, facts = {}, parts = {}, said = {} }: Given) {
  const warnings: string[] = [];
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  for (const [name, value] of Object.entries(said)) res.setHeader(name, value);
  const all: HeaderFacts = {
    encrypted: true,
    now: NOW,
    former: undefined,
    where: 'GET /page',
    ...facts,
    parts: {
      cookie: cookiePolicy({}),
      production: false,
      clearSiteData: 'none',
      warn: (text) => warnings.push(text),
      ...parts,
    },
  };
  writeSessionHeaders(res, { cookie: change, lookedAt }, () => all);
  writeSessionHeaders(res, { cookie: change, lookedAt }, () => all);
  return { headers: res.getHeaders() as Readonly<Record<string, unknown>>, warnings };
}

const SET: CookieChange = { kind: 'set', token: 'id.secret' };
const CLEAR: CookieChange = { kind: 'clear' };

describe('the headers of a session', () => {
  it.each([
    [false, {}],
    [true, { vary: 'Cookie' }],
  ])('are none where the jar is left alone, but for Vary where somebody looked: %p', (lookedAt, headers) => {
    expect(headersOf({ change: { kind: 'keep' }, lookedAt })).toEqual({ headers, warnings: [] });
  });

  it.each([SET, CLEAR])(
    'forbid every cache to keep an answer with a cookie, looked at or not: %j',
    (change) => {
      for (const lookedAt of [true, false]) {
        expect(headersOf({ change, lookedAt }).headers).toMatchObject({
          vary: 'Cookie',
          'cache-control': 'no-store',
        });
      }
    },
  );

  it('are the same when they are written twice', () => {
    expect(headersOf({ change: SET }).headers['set-cookie']).toHaveLength(1);
  });

  it.each([
    [undefined, ''],
    [NOW + 90_000, '; Max-Age=90'],
    [NOW + 90_001, '; Max-Age=91'],
    [NOW - 1, '; Max-Age=0'],
  ])('say how long the cookie lives: until %p', (expiresAt, end) => {
    const change: CookieChange = { ...SET, ...(expiresAt === undefined ? {} : { expiresAt }) };
    const [line] = headersOf({ change }).headers['set-cookie'] as string[];
    expect(line).toBe(`serving_session=id.secret; Path=/; HttpOnly; SameSite=Lax; Secure${end}`);
  });

  it('take the cookie of before away with the one of today, and only where it came', () => {
    const names = (former: string | undefined) =>
      (headersOf({ change: SET, facts: { former } }).headers['set-cookie'] as string[]).map(
        (line) => line.split('=')[0],
      );
    expect([names('sid'), names(undefined)]).toEqual([['sid', 'serving_session'], ['serving_session']]);
  });

  it('take a cookie of before away from this host as well, when the one of today is for a whole domain', () => {
    const cookie = cookiePolicy({ domain: 'example.com' });
    const lines = headersOf({ change: SET, facts: { former: 'sid' }, parts: { cookie } }).headers[
      'set-cookie'
    ];
    const scopes = (lines as string[]).map((line) => [
      line.split('=')[0],
      line.includes('Domain=example.com'),
    ]);
    expect(scopes).toEqual([
      ['sid', true],
      ['sid', false],
      ['serving_session', true],
    ]);
  });

  it.each([
    [true, true, '"cache", "storage"'],
    [true, false, undefined],
    [false, true, undefined],
  ])('clear the site’s data at a logout (%p) over TLS (%p) only', (loggedOut, encrypted, told) => {
    const { headers } = headersOf({
      change: { ...CLEAR, loggedOut },
      facts: { encrypted },
      parts: { clearSiteData: 'storage' },
    });
    expect(headers['clear-site-data']).toBe(told);
  });

  it('name the request in a warning, and no token, where the answer was public', () => {
    const { warnings } = headersOf({ change: SET, said: { 'Cache-Control': 'public, max-age=60' } });
    expect(warnings).toEqual([
      expect.stringMatching(/^GET \/page answers .*"Cache-Control: public, max-age=60"/),
    ]);
    expect(warnings.join()).not.toContain('secret');
  });
});
