import { Controller, type INestApplication, Post } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { CrossSiteGuard, CurrentSession, Session } from '../../lib/index.js';
import { type AppParts, type TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import { APP_HOST, FROM, send } from '../support/cross-site-requests.js';
import { Exchange } from '../support/exchange.js';
import { PLATFORMS } from '../support/running-app.js';

@Controller()
class Counter {
  @Post('count')
  async count(@CurrentSession() session: Session): Promise<number> {
    return session.increment('visits');
  }

  @Post('webhook')
  webhook(@CurrentSession() session: Session): boolean {
    return session.isNew;
  }
}

const ADMIN = 'https://admin.example.com';

/** Nest has it from 12.1. */
const withNests = (nest: INestApplication): void =>
  void nest.enableCsrfProtection({ trustedOrigins: [ADMIN], exclude: ['webhook'] });

const PARTS: AppParts = { controllers: [Counter], main: withNests };

/** The cookie of a session that counted once. */
async function begun(app: TestApp): Promise<string> {
  const visitor = app.visitor();
  await visitor.post('/count');
  return visitor.cookie;
}

describe.each(PLATFORMS)('sessions behind enableCsrfProtection() on %s', (_, platform) => {
  it('live on in requests that Nest lets pass', async () => {
    await attacked(platform, PARTS, async (app) => {
      const cookie = await begun(app);
      const count = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
        JSON.parse((await send(`${app.url}/count`, 'POST', { cookie, ...headers })).body.toString());
      expect(await count(FROM['a page of the app'])).toBe(2);
      expect(await count({ origin: ADMIN, 'sec-fetch-site': 'same-site' })).toBe(3);
      expect(await count({})).toBe(4);
    });
  });

  it('see nothing of requests that Nest refuses', async () => {
    await attacked(platform, PARTS, async (app) => {
      const cookie = await begun(app);
      const before = { ...app.store.calls };
      for (const who of ['a sibling subdomain', 'another site', 'a sandboxed frame'] as const) {
        const { status, headers } = await send(`${app.url}/count`, 'POST', { cookie, ...FROM[who] });
        expect([status, headers['set-cookie']]).toEqual([403, undefined]);
      }
      expect(app.store.calls).toEqual(before);
      expect(app.stored(cookie)).toEqual({ visits: 1 });
    });
  });

  it('are there for a handler that Nest was told to leave out', async () => {
    await attacked(platform, PARTS, async (app) => {
      const cookie = await begun(app);
      const { body } = await send(`${app.url}/webhook`, 'POST', { cookie, ...FROM['another site'] });
      expect(body.toString()).toBe('false');
    });
  });

  it('have the same verdicts with CrossSiteGuard in its place, and with both', async () => {
    const guards = [{ provide: APP_GUARD, useValue: new CrossSiteGuard({ allowedOrigins: [ADMIN] }) }];
    const verdicts = (parts: AppParts): Promise<number[]> =>
      attacked(platform, parts, async (app) => {
        const cookie = await begun(app);
        const all = [...Object.values(FROM), { origin: ADMIN }, { origin: 'https://evil.example' }, {}];
        const seen: number[] = [];
        for (const headers of all)
          seen.push((await send(`${app.url}/count`, 'POST', { cookie, ...headers })).status);
        return seen;
      });
    const expected = [201, 201, 403, 403, 403, 403, 201, 403, 201];
    expect(await verdicts(PARTS)).toEqual(expected);
    expect(await verdicts({ controllers: [Counter], providers: guards })).toEqual(expected);
    expect(await verdicts({ ...PARTS, providers: guards })).toEqual(expected);
  });

  it('differ in a request with two hosts, of which Nest goes by the first and CrossSiteGuard by none', async () => {
    const guards = [{ provide: APP_GUARD, useClass: CrossSiteGuard }];
    const verdict = (parts: AppParts): Promise<number> =>
      attacked(platform, parts, async ({ url }) => {
        const lines = [
          'Host',
          APP_HOST,
          'Host',
          'evil.example',
          'Origin',
          `https://${APP_HOST}`,
          'Content-Length',
          '0',
        ];
        const options = { method: 'POST', headers: lines as never };
        return (await new Exchange(`${url}/count`, options).received).status;
      });
    expect(await verdict(PARTS)).toBe(201);
    expect(await verdict({ controllers: [Counter], providers: guards })).toBe(403);
  });

  it('are, without either, spent by whoever makes the browser send the cookie', async () => {
    await attacked(platform, { controllers: [Counter] }, async (app) => {
      const cookie = await begun(app);
      await send(`${app.url}/count`, 'POST', { cookie, ...FROM['another site'] });
      expect(app.stored(cookie)).toEqual({ visits: 2 });
    });
  });
});
