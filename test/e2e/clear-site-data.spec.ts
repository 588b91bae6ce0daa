import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import { Controller, Post } from '@nestjs/common';
import { CurrentSession, Session, type SessionModuleOptions } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import type { Platform } from '../support/running-app.js';
import { accounts } from './fixtures/account.js';

@Controller()
class Farewell {
  @Post('farewell')
  async say(@CurrentSession() session: Session): Promise<void> {
    await session.logout();
    session.set('notice', 'See you.');
  }
}

/** Behind a proxy that the app trusts, and that ends TLS where the request says so. */
const BEHIND_PROXY: readonly (readonly [string, Platform, NonNullable<AppParts['main']>])[] = [
  [
    'Express',
    () => new ExpressAdapter(),
    (nest) => void (nest as NestExpressApplication).set('trust proxy', true),
  ],
  ['Fastify', () => new FastifyAdapter({ trustProxy: true }), () => undefined],
];

const TLS = { 'x-forwarded-proto': 'https' };

describe.each(BEHIND_PROXY)('session.clear_site_data on %s', (_, platform, main) => {
  type Settings = Pick<SessionModuleOptions, 'clearSiteData' | 'creation'>;

  /** What a browser is told at the end of a user's visit. */
  async function toldBy(session: Settings, path: string, headers: Record<string, string>) {
    let told: string | null = null;
    await TestApp.within(platform, accounts(session, { main, controllers: [Farewell] }), async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const answer = await visitor.send('POST', path, undefined, headers);
      expect(answer.status).toBe(201);
      told = answer.headers.get('clear-site-data');
    });
    return told;
  }

  it.each([
    ['none', null],
    ['cache', '"cache"'],
    ['storage', '"cache", "storage"'],
    ['all', '"cache", "cookies", "storage"'],
  ] as const)('%s: what a browser is told at logout(), over TLS', async (clearSiteData, told) => {
    expect(await toldBy({ clearSiteData }, '/logout', TLS)).toBe(told);
  });

  it.each([
    ['cache', '"cache"'],
    ['storage', '"cache", "storage"'],
    ['all', '"cache", "storage"'],
  ] as const)(
    '%s: also with a farewell in a new session, whose cookie stays',
    async (clearSiteData, told) => {
      expect(await toldBy({ clearSiteData }, '/farewell', TLS)).toBe(told);
      expect(await toldBy({ clearSiteData, creation: 'eager' }, '/logout', TLS)).toBe(told);
    },
  );

  it('is nothing by default', async () => {
    expect(await toldBy({}, '/logout', TLS)).toBeNull();
  });

  it('is nothing without TLS, where browsers do not listen', async () => {
    expect(await toldBy({ clearSiteData: 'all' }, '/logout', {})).toBeNull();
  });

  it.each(['/invalidate', '/regenerate', '/login/bob', '/sign-out-everywhere'])(
    'is nothing at %s, which is no logout',
    async (path) => {
      expect(await toldBy({ clearSiteData: 'all' }, path, TLS)).toBeNull();
    },
  );

  it('is nothing for a visitor who was not logged in', async () => {
    await TestApp.within(platform, accounts({ clearSiteData: 'all' }, { main }), async (app) => {
      const { headers } = await app.visitor().send('POST', '/logout', undefined, TLS);
      expect(headers.has('clear-site-data')).toBe(false);
    });
  });
});
