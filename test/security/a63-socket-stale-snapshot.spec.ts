import { describe, expect, it } from '@jest/globals';
import type { SessionModuleOptions } from '../../lib/index.js';
import { CartService, DeskController, DeskGateway } from '../e2e/web-socket/desk-gateway.js';
import { TestApp } from '../support/app.js';
import { EXPRESS } from '../support/attacked.js';
import { SOCKETS, type SocketKind, type TestSocket } from '../support/sockets.js';
import type { Visitor } from '../support/visitor.js';

const SECOND_MS = 1000;

interface Scene {
  readonly app: TestApp;
  readonly visitor: Visitor;
  readonly socket: TestSocket;
}

const withSocket = (
  kind: SocketKind,
  webSocket: SessionModuleOptions['webSocket'],
  work: (scene: Scene) => Promise<void>,
): Promise<void> =>
  TestApp.within(
    EXPRESS,
    {
      controllers: [DeskController],
      providers: [DeskGateway, CartService],
      main: kind.adapter,
      session: { webSocket },
    },
    async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const socket = await kind.connect(app.url, { cookie: visitor.cookie });
      try {
        await work({ app, visitor, socket });
      } finally {
        socket.close();
      }
    },
  );

describe.each(SOCKETS)('A63 a socket of %s that was opened before HTTP changed the session', (_, kind) => {
  it('reads the change with its next message', () =>
    withSocket(kind, {}, async ({ visitor, socket }) => {
      expect(await socket.ask('visits')).toMatchObject({ data: 1 });
      await visitor.post('/visit');
      expect(await socket.ask('visits')).toMatchObject({ data: 2 });
    }));

  it('adds to the change, and takes nothing back', () =>
    withSocket(kind, { revalidate: '1h' }, async ({ app, visitor, socket }) => {
      await socket.ask('visits');
      await visitor.post('/visit');
      await socket.ask('add', 'a book');
      expect(app.stored(visitor.cookie)).toMatchObject({ visits: 2, cart: ['a book'] });
      expect(await socket.ask('visits')).toMatchObject({ data: 2 });
    }));

  it('reads, where it may show what it knows for 5 s, the change of after that', () =>
    withSocket(kind, { revalidate: '5s' }, async ({ app, visitor, socket }) => {
      await socket.ask('visits');
      await visitor.post('/visit');
      app.clock.advance(4 * SECOND_MS);
      const { load } = app.store.calls;
      expect(await socket.ask('visits')).toMatchObject({ data: 1 });
      expect(app.store.calls.load).toBe(load);
      app.clock.advance(SECOND_MS);
      expect(await socket.ask('visits')).toMatchObject({ data: 2 });
    }));

  it('shows, unrefreshed, what was true when it was opened', () =>
    withSocket(kind, { revalidate: '1h' }, async ({ visitor, socket }) => {
      await socket.ask('visits');
      await visitor.post('/visit');
      expect(await socket.ask('visits')).toMatchObject({ data: 1 });
    }));

  it('reads its own writes at once, whatever it may show', () =>
    withSocket(kind, { revalidate: '1h' }, async ({ socket }) => {
      await socket.ask('set', 5);
      expect(await socket.ask('visits')).toMatchObject({ data: 5 });
    }));
});

describe.each(SOCKETS)('a message over %s that only looks at the session', (_, kind) => {
  const deadlineAfterMessage = async (touch: boolean): Promise<number> => {
    let moved = 0;
    await withSocket(kind, { touch }, async ({ app, socket }) => {
      await socket.ask('visits');
      app.clock.advance(20 * 60 * SECOND_MS);
      const { touch: before } = app.store.calls;
      await socket.ask('visits');
      moved = app.store.calls.touch - before;
    });
    return moved;
  };

  it('keeps it alive', async () => expect(await deadlineAfterMessage(true)).toBe(1));

  it('does not, where session.web_socket.touch is off', async () =>
    expect(await deadlineAfterMessage(false)).toBe(0));
});
