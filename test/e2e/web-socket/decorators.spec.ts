import { describe, expect, it } from '@jest/globals';
import type { SessionModuleOptions } from '../../../lib/index.js';
import { TestApp } from '../../support/app.js';
import { PLATFORMS } from '../../support/running-app.js';
import { SOCKETS, type TestSocket } from '../../support/sockets.js';
import type { Visitor } from '../../support/visitor.js';
import { CartService, DeskController, DeskGateway } from './desk-gateway.js';

const COMBINATIONS = PLATFORMS.flatMap(([platform, makePlatform]) =>
  SOCKETS.map(([name, kind]) => [`${name} on ${platform}`, makePlatform, kind] as const),
);

/** Who is at the socket, and at the app behind it. */
interface Scene {
  readonly app: TestApp;
  readonly visitor: Visitor;
  readonly open: (cookie?: string) => Promise<TestSocket>;
}

describe.each(COMBINATIONS)('a gateway of %s', (_, platform, kind) => {
  const within = (work: (scene: Scene) => Promise<void>, session: SessionModuleOptions = {}): Promise<void> =>
    TestApp.within(
      platform,
      { controllers: [DeskController], providers: [DeskGateway, CartService], main: kind.adapter, session },
      async (app) => {
        const visitor = app.visitor();
        const sockets: TestSocket[] = [];
        const open = async (cookie = visitor.cookie): Promise<TestSocket> => {
          const socket = await kind.connect(app.url, cookie === '' ? {} : { cookie });
          sockets.push(socket);
          return socket;
        };
        try {
          await work({ app, visitor, open });
        } finally {
          for (const socket of sockets) socket.close();
        }
      },
    );

  it('gives its handlers the session of the handshake, by every decorator and in every service', () =>
    within(async ({ visitor, open }) => {
      await visitor.post('/login');
      const socket = await open();
      expect(await socket.ask('visits')).toEqual({ event: 'answer', data: 1 });
      expect(await socket.ask('visits by parameter')).toMatchObject({ data: 1 });
      expect(await socket.ask('visits by path')).toMatchObject({ data: 'Ada' });
      expect(await socket.ask('add', 'a book')).toMatchObject({ data: 1 });
      expect(await socket.ask('cart')).toMatchObject({ data: 1 });
    }));

  it('has an anonymous session without a cookie, and with one that opens nothing', () =>
    within(async ({ open }) => {
      for (const cookie of ['', `serving_session=${'a'.repeat(22)}.${'b'.repeat(43)}`]) {
        const socket = await open(cookie);
        expect(await socket.ask('visits')).toMatchObject({ data: 'none' });
        expect(await socket.ask('visits by path')).toMatchObject({ data: 'nobody' });
      }
    }));

  it('commits what a handler changed before the answer leaves, whether it declared the session or not', () =>
    within(async ({ visitor, open, app }) => {
      await visitor.post('/login');
      const socket = await open();
      for (const [message, value] of [
        ['set', 7],
        ['set by a service', 8],
        ['save', 9],
      ] as const) {
        expect(await socket.ask(message, value)).toMatchObject({ event: 'answer' });
        expect(app.stored(visitor.cookie)).toMatchObject({ visits: value });
      }
    }));

  it('forgets what a handler changed that failed', () =>
    within(async ({ visitor, open, app }) => {
      await visitor.post('/login');
      const socket = await open();
      expect(await socket.ask('set and fail')).toMatchObject({ event: 'exception' });
      expect(app.stored(visitor.cookie)).toMatchObject({ visits: 1 });
    }));

  it('answers an error when the commit fails, and never the success', () =>
    within(async ({ visitor, open, app }) => {
      await visitor.post('/login');
      const socket = await open();
      app.store.every('replace', 'fail-before');
      expect(await socket.ask('set', 7)).toMatchObject({
        event: 'exception',
        data: { status: 'error', code: 'STORE_FAILED', message: 'Service Unavailable' },
      });
      app.store.heal();
      expect(await socket.ask('visits')).toMatchObject({ data: 1 });
    }));

  it('reads anew with reload(), and drops what the handler had changed', () =>
    within(async ({ visitor, open }) => {
      await visitor.post('/login');
      const socket = await open();
      expect(await socket.ask('reload')).toMatchObject({ data: 1 });
    }));

  it('lets through its guards who is logged in, and tells the others why not', () =>
    within(async ({ visitor, open, app }) => {
      const refusal = (code: string) => ({ event: 'exception', data: { status: 'error', code } });
      const stranger = await open('');
      expect(await stranger.ask('who')).toMatchObject(refusal('SESSION_REQUIRED'));
      await visitor.post('/login');
      const socket = await open();
      expect(await socket.ask('who')).toMatchObject({ data: 'ada' });
      expect(await socket.ask('transfer')).toMatchObject({ data: 'done' });
      app.clock.advance(6 * 60_000);
      expect(await socket.ask('transfer')).toMatchObject(refusal('FRESH_AUTH_REQUIRED'));
    }));

  it.each(['login', 'regenerate', 'rotate'])('refuses %s, whose new cookie could not leave', (message) =>
    within(async ({ visitor, open }) => {
      await visitor.post('/login');
      const socket = await open();
      expect(await socket.ask(message)).toMatchObject({ event: 'exception' });
      expect(await socket.ask('visits')).toMatchObject({ data: 1 });
      expect((await visitor.get('/visits')).body).toEqual({ visits: 1 });
    }),
  );

  it('refuses a value of a session that has no record, because no cookie could carry its token', () =>
    within(async ({ open, app }) => {
      const socket = await open('');
      expect(await socket.ask('set', 7)).toMatchObject({ event: 'exception' });
      expect(app.store.calls.create).toBe(0);
      expect(app.log.of('error').join()).toContain('no response that could carry one');
    }));

  it('refuses a user that nobody announced, because the new token could not leave', () =>
    within(
      async ({ visitor, open, app }) => {
        await visitor.post('/login');
        const socket = await open();
        expect(await socket.ask('set', 7)).toMatchObject({ event: 'exception' });
        expect(app.stored(visitor.cookie)).toMatchObject({ visits: 1 });
      },
      { principals: { userKey: 'visits' } },
    ));

  it('is to declare the session, or to have it loaded for all of its handlers', async () => {
    const answerOf = async (session: SessionModuleOptions): Promise<unknown> => {
      let answer: unknown;
      await within(async ({ visitor, open }) => {
        await visitor.post('/login');
        answer = await (await open()).ask('cart, undeclared');
      }, session);
      return answer;
    };
    expect(await answerOf({})).toMatchObject({ event: 'exception' });
    expect(await answerOf({ interceptor: 'all' })).toMatchObject({ data: 0 });
  });

  it('stores nothing for who only looks, not even eagerly', () =>
    within(
      async ({ open, app }) => {
        const socket = await open('');
        expect(await socket.ask('visits')).toMatchObject({ data: 'none' });
        expect(app.store.calls.create).toBe(0);
      },
      { creation: 'eager' },
    ));
});
