import { describe, expect, it } from '@jest/globals';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { TestApp } from '../support/app.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';
import { accounts, meOf } from './fixtures/account.js';

describe.each(PLATFORMS)('session.principals.limit on %s', (_, platform) => {
  async function loggedIn(app: TestApp, user = 'ada'): Promise<Visitor> {
    const visitor = app.visitor();
    await visitor.post(`/login/${user}`);
    app.clock.advance(1000);
    return visitor;
  }

  const users = (visitors: readonly Visitor[]) =>
    Promise.all(visitors.map(async (visitor) => (await meOf(visitor)).principal));

  it('ends the session that logged in first when the next one comes, and says so', () =>
    TestApp.within(platform, accounts({ principals: { limit: 2 } }), async (app) => {
      const [first, second, stranger] = [
        await loggedIn(app),
        await loggedIn(app),
        await loggedIn(app, 'bob'),
      ];
      const { id } = await meOf(first);
      const third = app.visitor();
      const events = await eventsDuring(() => third.post('/login/ada'));
      expect(events.map(({ type }) => type)).toEqual(['evicted', 'created', 'login']);
      expect(events[0]).toEqual({ type: 'evicted', id });
      expect(await users([first, second, third, stranger])).toEqual([null, 'ada', 'ada', 'bob']);
    }));

  it('counts a session that logs in again once, and takes it for the youngest', () =>
    TestApp.within(platform, accounts({ principals: { limit: 2 } }), async (app) => {
      const [first, second] = [await loggedIn(app), await loggedIn(app)];
      await first.post('/login/ada');
      app.clock.advance(1000);
      expect(await users([first, second])).toEqual(['ada', 'ada']);
      const third = await loggedIn(app);
      expect(await users([first, second, third])).toEqual(['ada', null, 'ada']);
    }));

  it('refuses the next login with 409 where that is the policy, and leaves all as it was', () =>
    TestApp.within(platform, accounts({ principals: { limit: 1, whenFull: 'reject' } }), async (app) => {
      const first = await loggedIn(app);
      const second = app.visitor();
      await second.post('/values', { cart: ['tea'] });
      const { cookie } = second;
      const answer = await second.post('/login/ada', { keep: ['cart'] });
      expect(answer).toMatchObject({ status: 409, cookies: [], body: { statusCode: 409 } });
      expect((answer.body as { message: string }).message).toMatch(/^This user is logged in 1 times already/);
      expect(second.cookie).toBe(cookie);
      expect(await meOf(second)).toMatchObject({ principal: null, values: { cart: ['tea'] } });
      await first.post('/logout');
      expect((await second.post('/login/ada', { keep: ['cart'] })).status).toBe(201);
      expect(await users([first, second])).toEqual([null, 'ada']);
    }));

  it('lets the next one in when the time of another is over', () =>
    TestApp.within(platform, accounts({ principals: { limit: 1, whenFull: 'reject' } }), async (app) => {
      const first = await loggedIn(app);
      app.clock.advance(30 * 60_000);
      const second = await loggedIn(app);
      expect(await users([first, second])).toEqual([null, 'ada']);
    }));

  it('is a boot error on a provider that does not know whose sessions it holds', async () => {
    const session = { sessionProvider: NaiveSessionProvider, principals: { limit: 5 } };
    await expect(TestApp.start(platform, accounts(session))).rejects.toThrow(
      /session\.principals\.limit is 5, .*does not know whose sessions/,
    );
  });

  it('needs no such provider while there is no limit: a login works there, a list of sessions is refused', () =>
    TestApp.within(platform, accounts({ sessionProvider: NaiveSessionProvider }), async (app) => {
      const visitor = app.visitor();
      expect((await visitor.post('/login/ada')).status).toBe(201);
      expect((await visitor.get('/devices')).status).toBe(500);
      expect(app.log.of('error').at(-1)).toContain('cannot find the sessions of a principal');
      expect((await visitor.post('/sign-out-everywhere')).status).toBe(500);
    }));
});
