import { describe, expect, it } from '@jest/globals';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  InMemorySessionProvider,
  SESSION_CLOCK,
  type SessionModuleOptions,
  SessionConnections,
  Sessions,
  systemClock,
  UseSession,
} from '../../lib/index.js';
import { CartService, DeskController, DeskGateway } from '../e2e/web-socket/desk-gateway.js';
import { type AppParts, TestApp } from '../support/app.js';
import { EXPRESS } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';
import { SOCKETS, type SocketKind, type TestSocket } from '../support/sockets.js';
import type { Visitor } from '../support/visitor.js';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/** Looks often, so that a test need not wait for it. */
const OFTEN = { webSocket: { check: 50 } };

/** A user who is logged in, with a socket open. */
interface Scene {
  readonly app: TestApp;
  readonly visitor: Visitor;
  readonly id: string;
  readonly socket: TestSocket;
  readonly open: (cookie: string) => Promise<TestSocket>;
}

async function withSocket(
  kind: SocketKind,
  parts: Partial<AppParts>,
  work: (scene: Scene) => Promise<void>,
  platform = EXPRESS,
): Promise<void> {
  const whole = {
    controllers: [DeskController],
    providers: [DeskGateway, CartService],
    main: kind.adapter,
    session: { sessionProvider: InMemorySessionProvider, ...OFTEN },
    ...parts,
  };
  await TestApp.within(platform, whole, async (app) => {
    const visitor = app.visitor();
    const { body: id } = await visitor.post('/login');
    const sockets: TestSocket[] = [];
    const open = async (cookie: string): Promise<TestSocket> => {
      const opened = await kind.connect(app.url, { cookie });
      sockets.push(opened);
      return opened;
    };
    try {
      await work({ app, visitor, id: String(id), socket: await open(visitor.cookie), open });
    } finally {
      for (const each of sockets) each.close();
    }
  });
}

/** How long after `act` the socket was closed, in milliseconds. */
async function closedAfter(socket: TestSocket, act: () => unknown): Promise<number> {
  await act();
  const actedAt = Date.now();
  const { at } = await socket.closed;
  return at - actedAt;
}

/** A gateway that only pushes: no handler of it looks at the session. */
@WebSocketGateway()
@UseSession()
class LoyalGateway {
  @SubscribeMessage('nothing')
  nothing(): { event: string; data: string } {
    return { event: 'answer', data: 'of the session' };
  }
}

/** The twin: it does not say that it uses the session, so nobody watches over its sockets. */
@WebSocketGateway()
class HeedlessGateway {
  @SubscribeMessage('nothing')
  nothing(): { event: string; data: string } {
    return { event: 'answer', data: 'of the session' };
  }
}

const ENDINGS: readonly (readonly [string, (scene: Scene) => unknown])[] = [
  ['logs out', ({ visitor }) => visitor.post('/logout')],
  ['gets a new token by a change of privilege', ({ visitor }) => visitor.post('/regenerate')],
  ['is revoked', ({ app, id }) => app.nest.get(Sessions).revoke(id)],
  ['is revoked with all sessions of its user', ({ visitor }) => visitor.twin().post('/revoke-all')],
  ['is revoked with everybody else', ({ visitor }) => visitor.post('/revoke-everything')],
  ['idles out', ({ app }) => app.clock.advance(HOUR_MS)],
];

describe.each(PLATFORMS)('A62 on %s', (_platform, platform) => {
  describe.each(SOCKETS)('a socket of %s', (_, kind) => {
    it.each(ENDINGS)('is closed within a second when its session %s', (_what, end) =>
      withSocket(
        kind,
        {},
        async (scene) => {
          expect(await closedAfter(scene.socket, () => end(scene))).toBeLessThan(SECOND_MS);
        },
        platform,
      ),
    );

    it('is closed also by a logout over the socket itself', () =>
      withSocket(
        kind,
        {},
        async ({ socket, visitor }) => {
          const closing = closedAfter(socket, () => socket.ask('logout').catch(() => undefined));
          expect(await closing).toBeLessThan(SECOND_MS);
          expect((await visitor.get('/visits')).body).toEqual({ visits: 'none' });
        },
        platform,
      ));
  });
});

describe.each(SOCKETS)('A62 a socket of %s', (_, kind) => {
  it('is closed when a login elsewhere takes the only place of its user', () =>
    withSocket(
      kind,
      { session: { sessionProvider: InMemorySessionProvider, principals: { limit: 1 }, ...OFTEN } },
      async ({ app, socket }) => {
        expect(await closedAfter(socket, () => app.visitor().post('/login'))).toBeLessThan(SECOND_MS);
      },
    ));

  it('is closed when its token is presented long after it was rotated away', () =>
    withSocket(
      kind,
      {
        session: {
          sessionProvider: InMemorySessionProvider,
          timeouts: { grace: '1s', idle: '20m' },
          ...OFTEN,
        },
      },
      async ({ app, visitor, socket }) => {
        const thief = visitor.twin();
        await visitor.post('/rotate');
        await visitor.get('/visits');
        app.clock.advance(10 * SECOND_MS);
        expect(await closedAfter(socket, () => thief.get('/visits'))).toBeLessThan(SECOND_MS);
      },
    ));

  it('stays open when its session only rotates its token, and no message of it counts as reuse', () =>
    withSocket(
      kind,
      {
        session: {
          sessionProvider: InMemorySessionProvider,
          timeouts: { grace: '1s', idle: '20m' },
          ...OFTEN,
        },
      },
      async ({ app, visitor, socket }) => {
        await visitor.post('/rotate');
        await visitor.get('/visits');
        app.clock.advance(10 * SECOND_MS);
        expect(await socket.ask('visits')).toMatchObject({ data: 1 });
        expect((await visitor.get('/visits')).body).toEqual({ visits: 1 });
      },
    ));

  it('is closed when an app that knows nothing of it ends the session in the same store', async () => {
    const sessionProvider = new InMemorySessionProvider({});
    const session: SessionModuleOptions = { sessionProvider, ...OFTEN };
    const real = { override: realClock };
    await withSocket(kind, { session, ...real }, async ({ socket, id }) => {
      await TestApp.within(EXPRESS, { session, ...real }, async (other) => {
        const ending = closedAfter(socket, () => other.nest.get(Sessions).revoke(id));
        expect(await ending).toBeLessThan(SECOND_MS);
      });
    });
  });

  it('leaves the sockets of other sessions open', () =>
    withSocket(kind, {}, async ({ app, visitor, socket, open }) => {
      const neighbour = app.visitor();
      await neighbour.post('/login');
      const open2 = await open(neighbour.cookie);
      await closedAfter(socket, () => visitor.post('/logout'));
      expect(await open2.ask('who')).toMatchObject({ data: 'ada' });
      expect(app.nest.get(SessionConnections).size).toBe(1);
    }));

  it('is no more known once its client has closed it', () =>
    withSocket(kind, {}, async ({ app, socket }) => {
      const connections = app.nest.get(SessionConnections);
      await socket.ask('visits');
      expect(connections.size).toBe(1);
      socket.close();
      while (connections.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(connections.size).toBe(0);
    }));

  it('is closed with the app, whose shutdown does not wait for it', () =>
    withSocket(kind, {}, async ({ app, socket }) => {
      expect(await closedAfter(socket, () => app.close())).toBeLessThan(SECOND_MS);
    }));

  it('is closed when the store cannot say whose it is', () =>
    withSocket(kind, { session: OFTEN }, async ({ app, visitor, open }) => {
      app.store.every('load', 'fail-before');
      const socket = await open(visitor.cookie);
      const { code } = await socket.closed;
      expect([undefined, 1013]).toContain(code);
    }));

  it('is closed also where no handler ever looks at the session, if the gateway says that it uses it', () =>
    withSocket(kind, { providers: [LoyalGateway] }, async ({ visitor, socket }) => {
      expect(await closedAfter(socket, () => visitor.post('/logout'))).toBeLessThan(SECOND_MS);
    }));

  it('outlives, unwatched, the logout of its user by an hour', () =>
    withSocket(kind, { providers: [HeedlessGateway] }, async ({ app, visitor, socket }) => {
      await visitor.post('/logout');
      app.clock.advance(HOUR_MS);
      expect(await socket.ask('nothing')).toMatchObject({ data: 'of the session' });
    }));
});

const realClock = (module: TestingModuleBuilder): unknown =>
  module.overrideProvider(SESSION_CLOCK).useValue(systemClock);
