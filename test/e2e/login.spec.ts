import { Controller, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { tokenIn } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';
import { accounts, meOf } from './fixtures/account.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

@Controller()
class Failing {
  @Post('fail')
  async fail(@CurrentSession() session: Session): Promise<never> {
    await session.login('ada', { keep: 'all' });
    session.set('dropped', true);
    throw new Error('A fault in the handler.');
  }
}

describe.each(PLATFORMS)('on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, accounts({}, { controllers: [Failing] }));
  });

  afterAll(() => app.close());

  describe('login()', () => {
    it('makes a session of somebody out of none, with one cookie', async () => {
      const visitor = app.visitor();
      const { status, cookies } = await visitor.post('/login/ada', { amr: ['pwd', 'otp'] });
      expect([status, cookies.length]).toEqual([201, 1]);
      const now = app.clock.now();
      expect(await meOf(visitor)).toMatchObject({
        principal: 'ada',
        amr: ['pwd', 'otp'],
        authenticatedAt: now,
        absoluteAt: now + 12 * HOUR_MS,
        values: {},
      });
    });

    it('keeps what it is told to keep, under the same id and a new token', async () => {
      const visitor = app.visitor();
      await visitor.post('/values', { cart: ['tea'], role: 'planted' });
      const [before, { id }] = [visitor.twin(), await meOf(visitor)];
      const { cookies } = await visitor.post('/login/ada', { keep: ['cart'] });
      expect(cookies).toHaveLength(1);
      expect(visitor.cookie).not.toBe(before.cookie);
      expect(await meOf(visitor)).toMatchObject({ id, principal: 'ada', values: { cart: ['tea'] } });
      expect(await meOf(before)).toMatchObject({ id: null, principal: null });
    });

    it('keeps nothing by default, also of a session that is not stored yet', async () => {
      const visitor = app.visitor();
      await visitor.post('/values', { role: 'planted' });
      await visitor.post('/login/ada');
      expect((await meOf(visitor)).values).toEqual({});
    });

    it('moves the absolute deadline away; regenerate() and rotate() do not', async () => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const { absoluteAt } = await meOf(visitor);
      app.clock.advance(20 * MINUTE_MS);
      await visitor.post('/regenerate', { keep: 'all' });
      await visitor.post('/rotate');
      expect(await meOf(visitor)).toMatchObject({ principal: 'ada', absoluteAt });
      await visitor.post('/login/bob');
      expect((await meOf(visitor)).absoluteAt).toBe((absoluteAt ?? 0) + 20 * MINUTE_MS);
    });

    it.each([
      ['a text of 0 characters', ''],
      ['a text of 256 characters', 'x'.repeat(256)],
      ['null', null],
      ['a number', 1.5],
      ['a object', { $gt: '' }],
      ['a undefined', undefined],
    ])('answers 500 and changes nothing for what is no principal: %s', async (kind, user) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const { cookie } = visitor;
      expect(await visitor.post('/login', { user })).toMatchObject({ status: 500, cookies: [] });
      expect(app.log.of('error').at(-1)).toContain(`A principal cannot be ${kind}.`);
      expect(visitor.cookie).toBe(cookie);
      expect((await meOf(visitor)).principal).toBe('ada');
    });

    it('stands when the handler fails afterwards, and the client gets its cookie (law H6)', async () => {
      const visitor = app.visitor();
      await visitor.post('/values', { cart: ['tea'] });
      const before = visitor.twin();
      expect(await visitor.post('/fail')).toMatchObject({ status: 500, cookies: [expect.any(String)] });
      expect(await meOf(visitor)).toMatchObject({ principal: 'ada', values: { cart: ['tea'] } });
      expect((await meOf(before)).id).toBeNull();
    });

    it('takes a number for its text', async () => {
      const visitor = app.visitor();
      await visitor.post('/login', { user: 7 });
      expect((await meOf(visitor)).principal).toBe('7');
    });
  });

  describe('logout()', () => {
    it('ends the session at once and clears its cookie, once', async () => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const thief = visitor.twin();
      const { cookies, headers } = await visitor.post('/logout');
      expect(cookies).toEqual([expect.stringMatching(/^serving_session=;.*Max-Age=0/)]);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(visitor.cookie).toBe('');
      expect((await meOf(thief)).principal).toBeNull();
    });

    it('sends no cookie to somebody who brought none', async () => {
      expect(await app.visitor().post('/logout')).toMatchObject({ status: 201, cookies: [] });
    });
  });

  describe('regenerate()', () => {
    it('gives one new token, and the one before is dead at once', async () => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      await visitor.post('/values', { cart: ['tea'], draft: true });
      const [before, { id }] = [visitor.twin(), await meOf(visitor)];
      expect((await visitor.post('/regenerate', { keep: ['cart'] })).cookies).toHaveLength(1);
      expect(await meOf(visitor)).toMatchObject({ id, principal: 'ada', values: { cart: ['tea'] } });
      expect((await meOf(before)).id).toBeNull();
    });
  });

  describe('rotate()', () => {
    it('gives one new token, and the one before works while its grace runs', async () => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const before = visitor.twin();
      const { cookies } = await visitor.post('/rotate');
      expect(cookies).toHaveLength(1);
      expect(visitor.cookie).not.toBe(before.cookie);
      for (const client of [visitor, before, visitor]) expect((await meOf(client)).principal).toBe('ada');
      expect(before.cookie).not.toBe(visitor.cookie);
    });

    it('does nothing for a visitor without a session', async () => {
      expect(await app.visitor().post('/rotate')).toMatchObject({ status: 201, cookies: [] });
    });
  });

  describe('the cookie', () => {
    it('is one, whatever a request does to its session', async () => {
      const visitor = app.visitor();
      const steps = ['/login/ada', '/regenerate', '/rotate', '/login/bob', '/logout', '/login/ada'];
      for (const path of steps) {
        const { cookies } = await visitor.post(path);
        expect(cookies.map((line) => line.split('=')[0])).toEqual(['serving_session']);
      }
    });

    it('is sent by no request that only reads', async () => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      for (const path of ['/me', '/devices', '/outside'])
        expect((await visitor.get(path)).cookies).toEqual([]);
    });

    it('holds the token, and the answer holds it nowhere else', async () => {
      const answer = await app.visitor().post('/login/ada');
      const token = tokenIn(answer.cookies.join());
      const others = [...answer.headers].filter(([name]) => name !== 'set-cookie');
      expect(token).not.toBe('');
      expect(JSON.stringify([answer.body, others])).not.toContain(token.split('.')[1]);
    });
  });
});
