import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import { SessionProvider, type SessionModuleOptions, type SessionSummary } from '../../lib/index.js';
import type { AtomicSessionStore } from '../../lib/providers/atomic-session-store.js';
import { type AppParts, TestApp } from '../support/app.js';
import type { Platform } from '../support/running-app.js';
import { accounts } from './fixtures/account.js';

/** Whether whoever comes is taken for a proxy, whose word about the client's address counts. */
const APPS: readonly (readonly [string, (trust: boolean) => [Platform, NonNullable<AppParts['main']>]])[] = [
  [
    'Express',
    (trust) => [
      () => new ExpressAdapter(),
      (nest) => void (nest as NestExpressApplication).set('trust proxy', trust),
    ],
  ],
  ['Fastify', (trust) => [() => new FastifyAdapter({ trustProxy: trust }), () => undefined]],
];

const BROWSER = 'Mozilla/5.0 (Macintosh) Firefox/153.0';
const ENABLED: SessionModuleOptions = { principals: { deviceFacts: true } };

describe.each(APPS)('device facts on %s', (_, appWith) => {
  /** Logs in from a device; answers its line in the list, and what the store holds. */
  async function deviceOf(
    session: SessionModuleOptions,
    { headers = {}, body = {}, trust = false }: { headers?: object; body?: object; trust?: boolean },
  ) {
    const [platform, main] = appWith(trust);
    let seen: { device: SessionSummary['device'] | undefined; text: string } = { device: null, text: '' };
    await TestApp.within(platform, accounts(session, { main }), async (app) => {
      const visitor = app.visitor();
      await visitor.send('POST', '/login/ada', body, { 'user-agent': BROWSER, ...headers });
      const [summary] = (await visitor.get('/devices')).body as SessionSummary[];
      const store: AtomicSessionStore = app.nest.get(SessionProvider);
      seen = { device: summary?.device, text: (await store.load(summary?.id ?? ''))?.text ?? '' };
    });
    return seen;
  }

  it('are not kept by default', async () => {
    const { device, text } = await deviceOf({}, {});
    expect(device).toBeNull();
    expect(text).not.toMatch(/Mozilla|127\.0/);
  });

  it('are the name alone where the app gives one and keeps nothing else', async () => {
    const { device } = await deviceOf({}, { body: { device: 'the phone of Ada' } });
    expect(device).toEqual({ name: 'the phone of Ada', userAgent: null, addressPrefix: null });
  });

  it('are the browser and the network once they are enabled', async () => {
    const { device, text } = await deviceOf(ENABLED, {});
    expect(device).toEqual({ name: null, userAgent: BROWSER, addressPrefix: '127.0.0.0/24' });
    expect(text).not.toContain('127.0.0.1');
  });

  it.each([
    ['198.51.100.77', '198.51.100.0/24', '100.77'],
    ['2001:db8:1:2::abcd', '2001:db8:1::/48', 'abcd'],
  ])('never hold the whole address of a client behind a trusted proxy: %s', async (address, prefix, rest) => {
    const headers = { 'x-forwarded-for': address };
    const { device, text } = await deviceOf(ENABLED, { headers, trust: true });
    expect(device?.addressPrefix).toBe(prefix);
    expect(text).not.toContain(rest);
  });

  it('do not believe a client about its address', async () => {
    const { device } = await deviceOf(ENABLED, { headers: { 'x-forwarded-for': '198.51.100.77' } });
    expect(device?.addressPrefix).toBe('127.0.0.0/24');
  });

  it('hold no more of a browser than 256 characters', async () => {
    const { device } = await deviceOf(ENABLED, { headers: { 'user-agent': 'x'.repeat(5000) } });
    expect(device?.userAgent).toHaveLength(256);
  });

  it('are those of the login, whoever uses the session afterwards', async () => {
    const [platform, main] = appWith(false);
    await TestApp.within(platform, accounts(ENABLED, { main }), async (app) => {
      const visitor = app.visitor();
      await visitor.send('POST', '/login/ada', {}, { 'user-agent': BROWSER });
      await visitor.send('POST', '/values', { a: 1 }, { 'user-agent': 'a thief' });
      await visitor.send('POST', '/rotate', undefined, { 'user-agent': 'a thief' });
      const [summary] = (await visitor.get('/devices')).body as SessionSummary[];
      expect(summary?.device?.userAgent).toBe(BROWSER);
    });
  });
});
