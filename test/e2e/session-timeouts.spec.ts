import { describe, expect, it } from '@jest/globals';
import type { SessionModuleOptions } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';
import { accounts, meOf } from './fixtures/account.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe.each(PLATFORMS)('the timeouts on %s', (_, platform) => {
  const within = (
    timeouts: SessionModuleOptions['timeouts'],
    work: (app: TestApp) => Promise<void>,
  ): Promise<void> => TestApp.within(platform, accounts({ timeouts }), work);

  async function loggedIn(app: TestApp, options: object = {}): Promise<Visitor> {
    const visitor = app.visitor();
    await visitor.post('/login/ada', options);
    return visitor;
  }

  const isIn = async (visitor: Visitor): Promise<boolean> => (await meOf(visitor)).principal === 'ada';

  describe('of a preset', () => {
    it.each([
      ['consumer', 7 * DAY_MS, 30 * DAY_MS],
      ['office', 30 * MINUTE_MS, 8 * HOUR_MS],
      ['bank', 5 * MINUTE_MS, HOUR_MS],
      ['aal1', 30 * DAY_MS, 30 * DAY_MS],
      ['aal2', HOUR_MS, DAY_MS],
      ['aal3', 15 * MINUTE_MS, 12 * HOUR_MS],
    ] as const)('are kept to the millisecond: %s', (preset, idle, absolute) =>
      within({ preset }, async (app) => {
        const visitor = await loggedIn(app);
        expect((await meOf(visitor)).timeouts).toEqual({ idle, absolute });
        const [early, late] = [await loggedIn(app), await loggedIn(app)];
        app.clock.advance(idle - 1);
        expect(await isIn(early)).toBe(true);
        app.clock.advance(1);
        expect(await isIn(late)).toBe(false);
      }),
    );

    it('give way to what is said beside it', () =>
      within({ preset: 'bank', idle: '2m' }, async (app) => {
        const visitor = await loggedIn(app);
        expect((await meOf(visitor)).timeouts).toEqual({ idle: 2 * MINUTE_MS, absolute: HOUR_MS });
      }));

    it('renew the token, too', () =>
      within({ preset: 'bank' }, async (app) => {
        const visitor = await loggedIn(app);
        const seen: number[] = [];
        for (let minute = 3; minute <= 15; minute += 3) {
          app.clock.advance(3 * MINUTE_MS);
          seen.push((await visitor.get('/me')).cookies.length);
        }
        expect(seen).toEqual([0, 0, 0, 0, 1]);
      }));
  });

  describe('of one session', () => {
    it('are what its login says', () =>
      within({}, async (app) => {
        const visitor = await loggedIn(app, { timeouts: { idle: '2m', absolute: '3m' } });
        const other = await loggedIn(app);
        expect((await meOf(visitor)).timeouts).toEqual({ idle: 2 * MINUTE_MS, absolute: 3 * MINUTE_MS });
        app.clock.advance(2 * MINUTE_MS - 1);
        expect(await isIn(visitor)).toBe(true);
        app.clock.advance(MINUTE_MS);
        expect(await isIn(visitor)).toBe(true);
        app.clock.advance(1);
        expect([await isIn(visitor), await isIn(other)]).toEqual([false, true]);
      }));

    it('may be idle for longer than the policy says', () =>
      within({}, async (app) => {
        const visitor = await loggedIn(app, { timeouts: { idle: '2h' } });
        for (let visit = 0; visit < 3; visit++) {
          app.clock.advance(2 * HOUR_MS - 1);
          expect(await isIn(visitor)).toBe(true);
        }
        app.clock.advance(2 * HOUR_MS);
        expect(await isIn(visitor)).toBe(false);
      }));

    it('can be changed at once, the absolute one only to be nearer', () =>
      within({}, async (app) => {
        const visitor = await loggedIn(app);
        const began = app.clock.now();
        for (const [absolute, absoluteAt] of [
          ['24h', began + 12 * HOUR_MS],
          ['2h', began + 2 * HOUR_MS],
          ['4h', began + 2 * HOUR_MS],
        ] as const) {
          expect((await visitor.post('/timeouts', { absolute })).status).toBe(201);
          expect((await meOf(visitor)).absoluteAt).toBe(absoluteAt);
        }
      }));

    it('end a session that is past its new one', () =>
      within({}, async (app) => {
        const visitor = await loggedIn(app);
        app.clock.advance(20 * MINUTE_MS);
        await visitor.post('/timeouts', { absolute: '10m' });
        expect(await isIn(visitor)).toBe(false);
      }));

    it('begin anew with the next login', () =>
      within({}, async (app) => {
        const visitor = await loggedIn(app, { timeouts: { idle: '2m', absolute: '3m' } });
        await visitor.post('/login/ada');
        expect((await meOf(visitor)).timeouts).toEqual({ idle: 30 * MINUTE_MS, absolute: 12 * HOUR_MS });
      }));

    it.each([
      { idle: '1m' },
      { idle: 'soon' },
      { idle: 0 },
      { idle: -1 },
      { absolute: 0.5 },
      { absolute: '' },
    ])('answer 500 and stay for what cannot be: %j', (changes) =>
      within({}, async (app) => {
        const visitor = await loggedIn(app);
        expect((await visitor.post('/timeouts', changes)).status).toBe(500);
        expect(app.log.of('error').at(-1)).toMatch(/The (idle|absolute) timeout cannot be .* Fix: give /);
        expect((await meOf(visitor)).timeouts).toEqual({ idle: 30 * MINUTE_MS, absolute: 12 * HOUR_MS });
        expect((await app.visitor().post('/login/ada', { timeouts: changes })).cookies).toEqual([]);
      }),
    );
  });

  describe('of renewal', () => {
    const renewing = { renewal: '10m', grace: '30s' } as const;

    it('give a new token to the first request that comes after it, and to no other', () =>
      within(renewing, async (app) => {
        const visitor = await loggedIn(app);
        const before = visitor.twin();
        app.clock.advance(10 * MINUTE_MS - 1);
        expect((await visitor.get('/me')).cookies).toEqual([]);
        app.clock.advance(1);
        expect((await visitor.get('/outside')).cookies).toEqual([]);
        expect((await visitor.get('/me')).cookies).toHaveLength(1);
        expect(visitor.cookie).not.toBe(before.cookie);
        expect((await visitor.get('/me')).cookies).toEqual([]);
        app.clock.advance(10 * MINUTE_MS);
        expect((await visitor.get('/me')).cookies).toHaveLength(1);
      }));

    it('forgive a lost response: the token before opens until the new one came back, and brings a newer one', () =>
      within(renewing, async (app) => {
        const visitor = await loggedIn(app);
        app.clock.advance(10 * MINUTE_MS);
        const lost = visitor.twin();
        expect((await lost.get('/me')).cookies).toHaveLength(1);
        app.clock.advance(5 * MINUTE_MS);
        expect((await visitor.get('/me')).cookies).toHaveLength(1);
        expect(await isIn(visitor)).toBe(true);
      }));

    it('are off by default', () =>
      within({}, async (app) => {
        const visitor = await loggedIn(app);
        for (let visit = 0; visit < 20; visit++) {
          app.clock.advance(20 * MINUTE_MS);
          expect((await visitor.get('/me')).cookies).toEqual([]);
        }
      }));
  });
});
