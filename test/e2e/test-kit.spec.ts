import { AssertionError } from 'node:assert';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import request from 'supertest';
import { HMACCredentialProvider, InMemorySessionProvider, SessionModule, Sessions } from '../../lib/index.js';
import type { SessionModuleOptions } from '../../lib/index.js';
import { type SessionsKit, withTestSessions } from '../../lib/testing/index.js';
import { PLATFORMS, type Platform } from '../support/running-app.js';
import { Account } from './fixtures/account.js';

/** All that a kit has to go through as the app does. */
const STRICT: SessionModuleOptions = {
  directory: import.meta.dirname,
  sessionProvider: InMemorySessionProvider,
  principals: { limit: 2, whenFull: 'reject' },
  encryption: { keys: ['k'.repeat(16) + 'Zq8vLw9Xz4Rt7Yb1Nc6Mf3Hs5Pd0GaQe'] },
  auth: {
    credentialProvider: HMACCredentialProvider,
    config: { secret: 'q8Zk3vLw9Xz4Rt7Yb1Nc6Mf3Hs5Pd0GaQe' },
  },
};

const open: INestApplication[] = [];
afterEach(() => Promise.all(open.splice(0).map((app) => app.close())));

type Kit = SessionsKit<TestingModuleBuilder>;

async function start(platform: Platform, ...modules: readonly SessionModuleOptions[]) {
  const imports = modules.map((options) => SessionModule.forRoot(options));
  const kit = withTestSessions(Test.createTestingModule({ imports, controllers: [Account] }));
  const module = await kit.builder.setLogger(false as never).compile();
  const app = module.createNestApplication(platform(), { logger: false });
  open.push(app);
  await app.listen(0, '127.0.0.1');
  return { kit, app, server: await app.getUrl() };
}

/** How an assertion of the kit failed. Not a question of `instanceof Error`: `node:assert` has its own, outside of what jest runs. */
const badly = async (assert: () => unknown): Promise<string> => {
  const error: unknown = await (async () => assert())().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AssertionError);
  return (error as AssertionError).message;
};

describe.each(PLATFORMS)('the test kit on %s', (_, platform) => {
  it('signs users in through credentials, encryption and limits of the app', async () => {
    const { kit, app, server } = await start(platform, STRICT);
    const ada = await kit.signIn('ada', { values: { cart: [1] }, amr: ['pwd'], device: 'a phone' });
    const { body } = await request(server).get('/me').set('Cookie', ada.cookie).expect(200);
    expect(body).toMatchObject({ id: ada.id, principal: 'ada', amr: ['pwd'], values: { cart: [1] } });
    await kit.signIn('ada');
    await expect(kit.signIn('ada')).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
    expect(await app.get(Sessions, { strict: false }).list('ada')).toHaveLength(2);
    expect(JSON.stringify(kit.store.given)).not.toContain('cart');
  });

  it('puts the cookie on an agent, which loses it at the logout as a browser does', async () => {
    const { kit, server } = await start(platform, STRICT);
    const agent = await kit.as('ada', request.agent(server));
    await agent.get('/me').expect(({ body }) => expect(body).toMatchObject({ principal: 'ada' }));
    kit.expectCookie(await agent.post('/rotate'), 'set', { HttpOnly: true });
    await agent.get('/me').expect(({ body }) => expect(body).toMatchObject({ principal: 'ada' }));
    kit.expectCookie(await agent.post('/logout'), 'cleared');
    await kit.expectStoreCalls({}, () =>
      agent.get('/me').expect(({ body }) => expect(body.principal).toBeNull()),
    );
  });

  it('looks at values by session, by id and by cookie, and keeps nothing alive with it', async () => {
    const { kit } = await start(platform, STRICT);
    const { id, cookie } = await kit.begin({ cart: ['tea'] });
    for (const which of [{ id }, id, cookie, `other=1; ${cookie}`])
      expect(await kit.values(which)).toEqual({ cart: ['tea'] });
    kit.clock.advance('29m');
    await kit.expectValues(id, { cart: ['tea'] });
    kit.clock.advance('1m');
    await kit.expectDead(id);
  });

  it('counts and breaks what the app asks of the store, and nothing of its own', async () => {
    const { kit, server } = await start(platform, STRICT);
    kit.store.every('load', 'fail-before').every('create', 'fail-before').every('admit', 'fail-before');
    const { cookie } = await kit.signIn('ada');
    await kit.expectStoreCalls({}, () => kit.values(cookie));
    const me = () => request(server).get('/me').set('Cookie', cookie);
    expect((await kit.expectStoreCalls({ load: 1 }, me)).status).toBe(503);
    kit.store.heal();
    expect((await me()).status).toBe(200);
  });

  it('can fail, each assertion of it', async () => {
    const { kit, server } = await start(platform, STRICT);
    expect(await badly(() => kit.expectNoTokenLeak('nothing'))).toContain('no token yet');
    const ada = await kit.signIn('ada', { values: { cart: [1] } });
    const me = () => request(server).get('/me').set('Cookie', ada.cookie);
    expect(await badly(() => kit.expectValues(ada, { cart: [2] }))).toContain('cart');
    const nobody = 'nobody-has-this-id-x';
    await kit.expectDead(nobody);
    expect(await badly(() => kit.expectValues(nobody, {}))).toBe('The session is dead.');
    for (const nothing of ['ada', '', 'admin_session=a.b', `admin_session=${ada.cookie.split('=')[1]}`])
      expect(await badly(() => kit.expectDead(nothing))).toContain('names no session');
    expect(await badly(() => kit.expectDead(ada))).toBe('The session is alive.');
    expect(await badly(() => kit.expectStoreCalls({}, me))).toContain('load: 1');
    expect(await badly(() => kit.expectStoreCalls({ load: 2 }, me))).toContain('load: 1');
    expect(await badly(async () => kit.expectCookie(await me(), 'set'))).toContain('was kept, not set');
    expect(await badly(() => kit.expectNoTokenLeak('fine', ada))).toContain('A token leaks');
    kit.expectNoTokenLeak((await me()).text, ada.id);
  });

  it('knows the tokens that the app makes by itself', async () => {
    const { kit, server } = await start(platform, STRICT);
    const answer = await request(server).post('/login/ada').expect(201);
    kit.expectNoTokenLeak(answer.body, answer.text);
    expect(await badly(() => kit.expectNoTokenLeak(answer.headers))).toContain('A token leaks');
  });

  it('has a kit for each SessionModule, with a store of its own', async () => {
    const admin = { ...STRICT, cookie: { name: 'admin_session' }, isGlobal: false };
    const { kit } = await start(platform, STRICT, admin);
    const ada = await kit.signIn('ada');
    const root = await kit.module('admin_session').signIn('root');
    expect([ada.cookie.split('=')[0], root.cookie.split('=')[0]]).toEqual([
      'serving_session',
      'admin_session',
    ]);
    await kit.expectDead(root);
    await kit.module('admin_session').expectDead(ada);
    expect(() => kit.module('shop')).toThrow('no SessionModule');
  });
});

describe('a kit without sessions', () => {
  it('says what is missing', async () => {
    const kit: Kit = withTestSessions(Test.createTestingModule({}));
    await expect(async () => kit.signIn('ada')).rejects.toThrow('import SessionModule');
    expect(() => kit.builder).not.toThrow();
  });
});
