import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryStore } from 'express-session';
import { TestApp } from '../../support/app.js';
import { EXPRESS } from '../../support/attacked.js';
import { FORMER_SECRET, FormerApp } from '../../support/former-app.js';
import { passportApp } from '../fixtures/passport-app.js';

const ADA = { username: 'ada', password: 'secret' };

describe('passport and connect-flash with session.express_compatible: true', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(EXPRESS, passportApp());
  });

  afterAll(() => app.close());

  it('log a user in, also the one whose id is 0, and remember them', async () => {
    const visitor = app.visitor();
    expect(await visitor.post('/login', ADA)).toMatchObject({ status: 200, body: { id: 0, name: 'ada' } });
    expect((await visitor.get('/me')).body).toEqual({ user: { id: 0, name: 'ada' }, cart: null });
    expect((await visitor.get('/ours')).body).toMatchObject({ values: { passport: { user: 0 } } });
  });

  it('answer 401 for a wrong password, and store nothing', async () => {
    const visitor = app.visitor();
    const answer = await visitor.post('/login', { ...ADA, password: 'wrong' });
    expect([answer.status, answer.cookies]).toEqual([401, []]);
  });

  it('give the session a new token at the login; the one of before, planted or not, is dead (session fixation)', async () => {
    const visitor = app.visitor();
    await visitor.post('/cart', { item: 'tea' });
    const planted = visitor.twin();
    await visitor.post('/login', ADA);
    expect(visitor.cookie).not.toBe(planted.cookie);
    expect((await planted.get('/me')).body).toEqual({ user: null, cart: null });
    expect((await visitor.get('/me')).body).toMatchObject({ cart: null });
  });

  it.each([
    ['passport.user', true],
    [undefined, false],
  ])('log in without a new token only where nobody watches the user: user_key %p', async (userKey, isNew) => {
    await TestApp.within(EXPRESS, passportApp({ principals: { userKey } }), async (own) => {
      const visitor = own.visitor();
      await visitor.post('/cart', { item: 'tea' });
      const planted = visitor.twin();
      await visitor.post('/login-by-hand');
      expect((await visitor.get('/me')).body).toMatchObject({ user: { name: 'ada' } });
      const { user } = (await planted.get('/me')).body as { user: object | null };
      expect(user === null).toBe(isNew);
    });
  });

  it('keep the values over the login where they are told to: the object of before can still be read', async () => {
    const visitor = app.visitor();
    await visitor.post('/cart', { item: 'tea' });
    await visitor.post('/login-keeping', ADA);
    await visitor.post('/cart', { item: 'milk' });
    expect((await visitor.get('/me')).body).toMatchObject({
      user: { name: 'ada' },
      cart: { items: ['tea', 'milk'] },
    });
    await visitor.post('/logout', { keep: true });
    expect((await visitor.get('/me')).body).toEqual({ user: null, cart: { items: ['tea', 'milk'] } });
  });

  it('log out: the user and the values are gone, and so is the token', async () => {
    const visitor = app.visitor();
    await visitor.post('/login', ADA);
    const copy = visitor.twin();
    await visitor.post('/cart', { item: 'tea' });
    await visitor.post('/logout');
    expect((await visitor.get('/me')).body).toEqual({ user: null, cart: null });
    expect((await copy.get('/me')).body).toEqual({ user: null, cart: null });
  });

  it('let a slow writer resurrect nothing that a logout ended (law D)', async () => {
    const visitor = app.visitor();
    await visitor.post('/login', ADA);
    const slow = visitor.twin();
    const gate = app.store.hold('replace');
    const writing = slow.post('/cart', { item: 'tea' });
    await gate.reached;
    const leaving = visitor.post('/logout');
    gate.open();
    expect((await leaving).status).toBe(200);
    await writing;
    for (const each of [slow, visitor]) expect((await each.get('/me')).body).toMatchObject({ user: null });
  });

  it('lose neither of two parallel changes of different keys', async () => {
    const visitor = app.visitor();
    await visitor.post('/login', ADA);
    await Promise.all([
      visitor.twin().post('/cart', { item: 'tea' }),
      visitor.twin().post('/flash', { message: 'saved' }),
    ]);
    expect((await visitor.get('/me')).body).toMatchObject({
      user: { name: 'ada' },
      cart: { items: ['tea'] },
    });
    expect((await visitor.get('/flash')).body).toEqual(['saved']);
  });

  it('let two logins that race end with one user or two, and never with an error that hides', async () => {
    const visitor = app.visitor();
    await visitor.post('/cart', { item: 'tea' });
    const tabs = [visitor.twin(), visitor.twin()];
    const answers = await Promise.all(tabs.map((tab) => tab.post('/login', ADA)));
    for (const [index, { status }] of answers.entries()) {
      expect([200, 409]).toContain(status);
      if (status === 200)
        expect((await tabs[index]?.get('/me'))?.body).toMatchObject({ user: { name: 'ada' } });
    }
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });

  it('know a user at once who logged in to the app of before, by the former cookie', async () => {
    const store = new MemoryStore();
    const former = await FormerApp.start(store);
    const user = await former.user('ada', { passport: { user: 0 } });
    const migrateFrom = { expressSession: { secrets: [FORMER_SECRET], store } };
    await TestApp.within(EXPRESS, passportApp({ migrateFrom }), async (own) => {
      const visitor = user.twin(own.url);
      expect((await visitor.get('/me')).body).toMatchObject({ user: { name: 'ada' } });
      expect(visitor.cookie).toMatch(/^serving_session=/);
      expect((await visitor.get('/me')).body).toMatchObject({ user: { name: 'ada' } });
      await visitor.post('/logout');
      expect((await user.twin(own.url).get('/me')).body).toMatchObject({ user: null });
    });
    await former.close();
  });

  it('show each message of connect-flash once', async () => {
    const visitor = app.visitor();
    await visitor.post('/flash', { message: 'one' });
    await visitor.post('/flash', { message: 'two' });
    expect((await visitor.get('/flash')).body).toEqual(['one', 'two']);
    expect((await visitor.get('/flash')).body).toEqual([]);
  });

  it('end the session for request.session = null', async () => {
    const visitor = app.visitor();
    await visitor.post('/login', ADA);
    const copy = visitor.twin();
    const { cookies } = await visitor.post('/unset');
    expect(cookies).toEqual([expect.stringMatching(/^serving_session=;.*Max-Age=0/)]);
    expect((await copy.get('/me')).body).toMatchObject({ user: null });
  });

  it('cost a visitor without a cookie no call to the store, and no cookie', async () => {
    const before = app.provider.calls;
    for (const path of ['/plain', '/me']) expect((await app.visitor().get(path)).cookies).toEqual([]);
    expect(app.provider.calls).toBe(before);
  });

  it('answer 503 while the store fails, whether at the load or at the save', async () => {
    const visitor = app.visitor();
    await visitor.post('/login', ADA);
    app.store.every('load', 'fail-before');
    expect((await visitor.get('/me')).status).toBe(503);
    app.store.heal();
    app.store.every('replace', 'fail-before');
    expect((await visitor.post('/cart', { item: 'tea' })).status).toBe(503);
    expect((await visitor.post('/login', ADA)).status).toBe(503);
    app.store.heal();
    expect((await visitor.get('/me')).body).toEqual({ user: { id: 0, name: 'ada' }, cart: null });
  });
});
