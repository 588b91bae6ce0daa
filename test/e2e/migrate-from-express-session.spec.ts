import { afterEach, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import { MemoryStore } from 'express-session';
import { InMemorySessionProvider, SESSION_CLOCK, type SessionModuleOptions } from '../../lib/index.js';
import { eventsDuring, FakeClock } from '../../lib/testing/index.js';
import { TestApp } from '../support/app.js';
import { FORMER_SECRET, FormerApp } from '../support/former-app.js';
import { type Platform, PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';
import { accounts, meOf } from './fixtures/account.js';

const MINUTE_MS = 60_000;
const FASTIFY_SECRET = 'keyboard cats, 32 of them or more';
const SECRETS = ['a newer one', FORMER_SECRET];
const CART = { items: ['tea'] };

/** The store of before, which tells how often it was asked and fails when it is told to. */
class CountedStore extends MemoryStore {
  readonly calls = { get: 0, destroy: 0 };
  failing: 'get' | 'destroy' | undefined;

  override get(...[id, callback]: Parameters<MemoryStore['get']>): void {
    this.calls.get += 1;
    if (this.failing === 'get') callback(new Error('down'));
    else super.get(id, callback);
  }

  override destroy(id: string, callback?: (error?: unknown) => void): void {
    this.calls.destroy += 1;
    if (this.failing === 'destroy') callback?.(new Error('down'));
    else super.destroy(id, callback);
  }
}

/** The cookie of somebody who has a session of @fastify/session. */
async function cookieOfFastify(store: MemoryStore, cookiePrefix: string): Promise<string> {
  const former = new FastifyAdapter().getInstance();
  const cookie = { secure: false };
  await former.register(fastifyCookie);
  await former.register(fastifySession, { secret: FASTIFY_SECRET, store, cookiePrefix, cookie } as never);
  former.get('/login', async ({ session }) => {
    session.set('user' as never, 'ada');
    return {};
  });
  const url = await former.listen({ port: 0, host: '127.0.0.1' });
  const { headers } = await fetch(`${url}/login`);
  await former.close();
  return headers.getSetCookie().join();
}

const closing: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const app of closing.splice(0)) await app.close();
});

interface World {
  readonly store: CountedStore;
  readonly former: FormerApp;
  readonly app: TestApp;
  readonly clock: FakeClock;
  /** Somebody who logged in at the app of before, in front of the new one. */
  user(name?: string, values?: object): Promise<Visitor>;
}

async function world(platform: Platform, session: SessionModuleOptions = {}, cookie = {}): Promise<World> {
  const store = new CountedStore();
  const former = await FormerApp.start(store, { cookie });
  const clock = new FakeClock(Date.now());
  const app = await TestApp.start(platform, {
    ...accounts({
      sessionProvider: InMemorySessionProvider,
      migrateFrom: { expressSession: { secrets: SECRETS, store } },
      ...session,
    }),
    override: (module) => module.overrideProvider(SESSION_CLOCK).useValue(clock),
  });
  closing.push(app, former);
  const user = async (name = 'ada', values: object = {}): Promise<Visitor> =>
    (await former.user(name, values)).twin(app.url);
  return { store, former, app, clock, user };
}

describe.each(PLATFORMS)('session.migrate_from.express_session on %s', (_, platform) => {
  it('moves a session once: its values, under a new cookie; the former cookie and row are gone', async () => {
    const { former, user, store } = await world(platform);
    const visitor = await user();
    const before = visitor.twin();
    const { body, cookies } = await visitor.get('/me');
    expect(body).toMatchObject({ values: { user: 'ada', cart: CART } });
    expect(body).not.toHaveProperty('values.cookie');
    expect(cookies).toEqual([
      expect.stringMatching(/^connect\.sid=; Path=\/;.*Max-Age=0/),
      expect.stringMatching(/^serving_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(visitor.cookie).toMatch(/^serving_session=/);
    expect(await former.row(before)).toBeUndefined();
    const { calls } = store;
    const after = { ...calls };
    expect((await meOf(visitor)).values).toMatchObject({ user: 'ada' });
    expect(calls).toEqual(after);
  });

  it.each(['', 's:'])(
    'moves a session of @fastify/session whose cookie has the prefix %p',
    async (prefix) => {
      const store = new MemoryStore();
      const expressSession = { cookie: 'sessionId', secrets: [FASTIFY_SECRET], store };
      const { app } = await world(platform, { migrateFrom: { expressSession } });
      const visitor = app.visitor();
      visitor.receive(await cookieOfFastify(store, prefix));
      expect((await meOf(visitor)).values).toEqual({ user: 'ada' });
      expect(visitor.cookie).toMatch(/^serving_session=[^;]+$/);
      expect((await meOf(visitor)).values).toEqual({ user: 'ada' });
    },
  );

  it('lets the twenty requests of a page end with one session, and logs nobody out', async () => {
    const { user } = await world(platform);
    const visitor = await user();
    const tabs = Array.from({ length: 20 }, () => visitor.twin());
    const events = await eventsDuring(async () => {
      const seen = await Promise.all(tabs.map((tab) => meOf(tab)));
      expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
      expect(seen.map(({ values }) => values['user'])).toEqual(tabs.map(() => 'ada'));
    });
    expect(events.filter(({ type }) => type === 'created')).toHaveLength(1);
    expect(tabs.filter((tab) => tab.cookie.includes('serving_session'))).toHaveLength(1);
    for (const tab of tabs) expect((await meOf(tab)).values).toMatchObject({ user: 'ada' });
  });

  it('keeps what those requests write, each to another key', async () => {
    const { user } = await world(platform);
    const visitor = await user();
    const tabs = ['a', 'b', 'c', 'd'].map((key) => ({ key, tab: visitor.twin() }));
    await Promise.all(tabs.map(({ key, tab }) => tab.post('/values', { [key]: true })));
    expect((await meOf(tabs[0]?.tab ?? visitor)).values).toEqual({
      user: 'ada',
      cart: CART,
      a: true,
      b: true,
      c: true,
      d: true,
    });
  });

  it('logs nobody out whose answer with the new cookie was lost, however late they come again', async () => {
    const { user, clock } = await world(platform);
    const visitor = await user();
    await meOf(visitor.twin());
    clock.advance(20 * MINUTE_MS);
    expect((await meOf(visitor)).values).toMatchObject({ user: 'ada' });
    expect(visitor.cookie).toMatch(/^serving_session=/);
    expect((await meOf(visitor)).values).toMatchObject({ user: 'ada' });
  });

  it('takes the former cookie for stolen once the new one is in use, and ends the session (law R3)', async () => {
    const { user, clock } = await world(platform);
    const visitor = await user();
    const thief = visitor.twin();
    await meOf(visitor);
    await meOf(visitor);
    clock.advance(MINUTE_MS);
    const events = await eventsDuring(() => meOf(thief));
    expect(events.map(({ type }) => type)).toEqual(['reuse-detected']);
    expect((await meOf(visitor)).id).toBeNull();
  });

  it('clears the former cookie where it may have been: for the domain of ours, and for this host', async () => {
    const { user } = await world(platform, { cookie: { domain: 'example.com' } });
    const { cookies } = await (await user()).get('/me');
    expect(cookies).toEqual([
      expect.stringMatching(/^connect\.sid=;.* Domain=example\.com;.*Max-Age=0/),
      expect.stringMatching(/^connect\.sid=;(?!.*Domain).*Max-Age=0/),
      expect.stringMatching(/^serving_session=[^;]+;.* Domain=example\.com/),
    ]);
  });

  it('lets a logout end it for the former cookie as well', async () => {
    const { user } = await world(platform);
    const visitor = await user();
    const copy = visitor.twin();
    const { cookies } = await visitor.post('/logout');
    expect(cookies).toEqual([
      expect.stringMatching(/^connect\.sid=;.*Max-Age=0/),
      expect.stringMatching(/^serving_session=;.*Max-Age=0/),
    ]);
    expect((await meOf(copy)).id).toBeNull();
  });

  it('asks no store about a signature that is wrong, and none about a cookie that is not signed', async () => {
    const { app, user, store } = await world(platform);
    const { cookie } = await user();
    const calls = { ...store.calls };
    const [name = '', value = ''] = cookie.split('=');
    for (const forged of [
      `${name}=${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`,
      `${name}=${value.replace('s%3A', 's%3Ax')}`,
      `${name}=${value.replace(/\..*$/, '')}`,
      `${name}=${value.replace('s%3A', 'x')}`,
      `${name}=%E0%A4%A`,
      `${name}=`,
    ]) {
      const events = await eventsDuring(async () => {
        expect(await app.visitor().get('/me', { cookie: forged })).toMatchObject({
          body: { id: null },
          cookies: [],
        });
      });
      expect(events).toEqual([]);
    }
    expect(store.calls).toEqual(calls);
  });

  it('takes a cookie whose characters nobody encoded, and neither of two that are both good', async () => {
    const { app, user } = await world(platform);
    const [ada, bob] = [await user('ada'), await user('bob')];
    const answer = await app.visitor().get('/me', { cookie: `${ada.cookie}; ${bob.cookie}` });
    expect(answer.body).toMatchObject({ id: null });
    const plain = decodeURIComponent(ada.cookie);
    expect((await app.visitor().get('/me', { cookie: plain })).body).toMatchObject({
      values: { user: 'ada' },
    });
  });

  it('accepts no row whose own time is over, also where the store still has it', async () => {
    const { user, store, clock } = await world(platform, {}, { maxAge: 10 * MINUTE_MS });
    const visitor = await user();
    clock.advance(10 * MINUTE_MS + 1000);
    expect((await meOf(visitor)).id).toBeNull();
    expect([store.calls.get > 0, store.calls.destroy]).toEqual([true, 0]);
  });

  it('keeps a cookie persistent that was to outlive the browser', async () => {
    const { user } = await world(platform, {}, { maxAge: 10 * MINUTE_MS });
    const { cookies } = await (await user()).get('/me');
    expect(cookies[1]).toMatch(/; Max-Age=43200$/);
  });

  it('answers 503 while the store of before is down, and moves the session when it is back', async () => {
    const { user, store, clock } = await world(platform);
    const visitor = await user();
    for (const failing of ['get', 'destroy'] as const) {
      store.failing = failing;
      expect((await visitor.twin().get('/me')).status).toBe(503);
    }
    store.failing = undefined;
    clock.advance(MINUTE_MS);
    expect((await meOf(visitor)).values).toMatchObject({ user: 'ada' });
    store.failing = 'get';
    expect((await meOf(visitor)).values).toMatchObject({ user: 'ada' });
  });

  it('leaves a session where it is that is larger than one of ours may be, and says so', async () => {
    const { app, former, user } = await world(platform, { limits: { size: 512 } });
    const visitor = await user('ada', { notes: 'x'.repeat(1024) });
    expect(await visitor.get('/me')).toMatchObject({ status: 200, body: { id: null } });
    expect(await former.row(visitor)).toMatchObject({ user: 'ada' });
    expect(app.log.of('warn').at(-1)).toMatch(/^A session of express-session was left where it is: .*limits/);
  });
});
