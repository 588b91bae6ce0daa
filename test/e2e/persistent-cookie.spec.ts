import { Controller, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, type SessionModuleOptions } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';
import { accounts, meOf } from './fixtures/account.js';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** The `Max-Age` of our cookie in an answer, in seconds; `null` when it lives as long as the browser runs. */
const maxAgeOf = ({ cookies }: { readonly cookies: readonly string[] }): number | null => {
  expect(cookies).toHaveLength(1);
  const [, seconds] = /; Max-Age=(\d+)/.exec(cookies.join()) ?? [];
  return seconds === undefined ? null : Number(seconds);
};

describe.each(PLATFORMS)('a persistent cookie on %s', (_, platform) => {
  const within = (session: SessionModuleOptions, work: (app: TestApp) => Promise<void>): Promise<void> =>
    TestApp.within(platform, accounts(session), work);

  it('lives exactly as long as the absolute timeout', () =>
    within({ cookie: { persistent: true }, timeouts: { absolute: '30d' } }, async (app) => {
      const visitor = app.visitor();
      expect(maxAgeOf(await visitor.post('/values', { theme: 'dark' }))).toBe(30 * DAY_S);
      app.clock.advance(10 * MINUTE_S * 1000);
      expect(maxAgeOf(await visitor.post('/regenerate'))).toBe(30 * DAY_S - 10 * MINUTE_S);
      expect(maxAgeOf(await visitor.post('/login/ada'))).toBe(30 * DAY_S);
    }));

  it('never says more than 400 days, whatever a login asks for', () =>
    within({ timeouts: { idle: '1d', absolute: '500d' } }, async (app) => {
      expect(maxAgeOf(await app.visitor().post('/login/ada', { persistent: true }))).toBe(400 * DAY_S);
    }));

  it('is what a login asks for, whatever the policy says, and stays so for its session', () =>
    within({}, async (app) => {
      const visitor = app.visitor();
      expect(maxAgeOf(await visitor.post('/values', { theme: 'dark' }))).toBeNull();
      expect(maxAgeOf(await visitor.post('/login/ada', { persistent: true }))).toBe(12 * HOUR_S);
      expect(maxAgeOf(await visitor.post('/rotate'))).toBe(12 * HOUR_S);
      expect(maxAgeOf(await visitor.post('/login/ada'))).toBeNull();
    }));

  it('is not sent to whom a login denies it', () =>
    within({ cookie: { persistent: true } }, async (app) => {
      const visitor = app.visitor();
      expect(maxAgeOf(await visitor.post('/login/ada', { persistent: false }))).toBeNull();
      expect(maxAgeOf(await visitor.post('/regenerate'))).toBeNull();
    }));

  it('is sent again with its new end when the absolute timeout changes', () =>
    within({}, async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada', { persistent: true });
      const { cookie } = visitor;
      const answer = await visitor.post('/timeouts', { absolute: '1h' });
      expect(maxAgeOf(answer)).toBe(HOUR_S);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(visitor.cookie).toBe(cookie);
    }));
});

@Controller()
class Kiosk {
  /** What a login could say at once, said afterwards. */
  @Post('kiosk')
  async enter(@CurrentSession() session: Session): Promise<void> {
    await session.login('guest', { persistent: true });
    await session.setTimeouts({ absolute: '1h' });
  }
}

describe.each(PLATFORMS)('a login that is shortened in the same request, on %s', (_, platform) => {
  it.each([
    ['a new session', async () => undefined],
    ['a session from before', (visitor: Visitor) => visitor.post('/values', { cart: [] })],
    [
      'a session whose token was just rotated away',
      async (visitor: Visitor) => {
        await visitor.post('/values', { cart: [] });
        await visitor.twin().post('/rotate');
      },
    ],
  ])('has a cookie that ends with it: %s', (__, before) =>
    TestApp.within(platform, accounts({}, { controllers: [Kiosk] }), async (app) => {
      const visitor = app.visitor();
      await before(visitor);
      expect(maxAgeOf(await visitor.post('/kiosk'))).toBe(HOUR_S);
      expect((await meOf(visitor)).principal).toBe('guest');
    }),
  );
});

describe.each(PLATFORMS)('session.cookie.persistent on %s', (_, platform) => {
  it('is refused at boot beside an absolute timeout of more than 400 days', async () => {
    const session = { cookie: { persistent: true }, timeouts: { absolute: '401d' } } as const;
    await expect(TestApp.start(platform, accounts(session))).rejects.toThrow(
      /timeouts\.absolute is 401d.*400d/,
    );
  });
});
