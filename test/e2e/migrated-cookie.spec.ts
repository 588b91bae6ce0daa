import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider, type SessionModuleOptions } from '../../lib/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { TestApp } from '../support/app.js';
import { attacked, tokenIn } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';
import { accounts, type Me } from './fixtures/account.js';

const FORMER = 'serving_session';
const PREFIXED = '__Host-Http-serving_session';

const migrating: SessionModuleOptions = { cookie: { prefix: 'host-http', migrateFrom: FORMER } };
const strict: SessionModuleOptions = { cookie: { prefix: 'host-http' } };

describe.each(PLATFORMS)('session.cookie.migrate_from on %s', (_, platform) => {
  /** A user logs in to the app of before; then the app runs with another cookie, over the same sessions. */
  async function afterChange<Outcome>(
    session: SessionModuleOptions,
    work: (app: TestApp, token: string) => Promise<Outcome>,
  ): Promise<Outcome> {
    const sessionProvider = new InMemorySessionProvider({}, { clock: new FakeClock() });
    const token = await attacked(platform, accounts({ sessionProvider }), async (app) =>
      tokenIn((await app.visitor().post('/login/ada')).cookies.join()),
    );
    return attacked(platform, accounts({ sessionProvider, ...session }), (app) => work(app, token));
  }

  const as = async (app: TestApp, cookie: string) => {
    const answer = await app.visitor().get('/me', { cookie });
    return { ...answer, principal: (answer.body as Me).principal };
  };

  it('takes the former cookie once: the session gets a new token under the new name, the former is cleared', () =>
    afterChange(migrating, async (app, token) => {
      const { principal, cookies, headers } = await as(app, `${FORMER}=${token}`);
      expect(principal).toBe('ada');
      expect(cookies).toEqual([
        expect.stringMatching(new RegExp(`^${FORMER}=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0`)),
        expect.stringMatching(new RegExp(`^${PREFIXED}=[^;]+; Path=/; HttpOnly; SameSite=Lax; Secure$`)),
      ]);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(tokenIn(cookies[1] ?? '')).not.toBe(token);
      expect((await as(app, `${PREFIXED}=${tokenIn(cookies[1] ?? '')}`)).principal).toBe('ada');
    }));

  it('accepts the former token no more once the new one came back and its grace is over', () =>
    afterChange(migrating, async (app, token) => {
      const { cookies } = await as(app, `${FORMER}=${token}`);
      await as(app, `${PREFIXED}=${tokenIn(cookies[1] ?? '')}`);
      app.clock.advance(30_000);
      expect((await as(app, `${FORMER}=${token}`)).principal).toBeNull();
    }));

  it('looks at the former name only where nothing comes under the new one', () =>
    afterChange(migrating, async (app, token) => {
      const { principal, cookies } = await as(app, `${PREFIXED}=nonsense; ${FORMER}=${token}`);
      expect([principal, cookies]).toEqual([null, []]);
      const own = app.visitor();
      const made = tokenIn((await own.post('/login/bob')).cookies.join());
      expect((await as(app, `${FORMER}=${token}; ${PREFIXED}=${made}`)).principal).toBe('bob');
    }));

  it('clears both names at a logout by the former', () =>
    afterChange(migrating, async (app, token) => {
      const headers = { cookie: `${FORMER}=${token}` };
      const { cookies } = await app.visitor().send('POST', '/logout', undefined, headers);
      expect(cookies).toEqual([
        expect.stringMatching(new RegExp(`^${FORMER}=;.*Max-Age=0`)),
        expect.stringMatching(new RegExp(`^${PREFIXED}=;.*Max-Age=0`)),
      ]);
      expect((await as(app, `${FORMER}=${token}`)).principal).toBeNull();
    }));

  it('adopts no token under the former name that opens nothing', () =>
    afterChange(migrating, async (app, token) => {
      const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
      expect(await as(app, `${FORMER}=${forged}`)).toMatchObject({ principal: null, cookies: [] });
    }));

  it('is what makes the former name good: without it a prefix is read strictly', () =>
    afterChange(strict, async (app, token) => {
      for (const name of [FORMER, PREFIXED.toLowerCase(), PREFIXED.toUpperCase(), `__Host-${FORMER}`]) {
        expect(await as(app, `${name}=${token}`)).toMatchObject({ principal: null, cookies: [] });
      }
      expect((await as(app, `${PREFIXED}=${token}`)).principal).toBe('ada');
    }));
});
