import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type SessionModuleOptions, SESSION_CLOCK, systemClock } from '../../../lib/index.js';
import { PostgresSessionProvider } from '../../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../../lib/providers/redis/index.js';
import { SqliteSessionProvider } from '../../../lib/providers/sqlite/index.js';
import { TestApp } from '../../support/app.js';
import { EXPRESS, tokenIn } from '../../support/attacked.js';
import { ChildProgram } from '../../support/processes/child-program.js';
import type { EndingTask } from '../../support/processes/end-session.js';
import type { Place } from '../../support/processes/task.js';
import { describeWith } from '../../support/servers/needs-server.js';
import { PostgresServer } from '../../support/servers/postgres.js';
import { redisBinary } from '../../support/servers/redis-binary.js';
import { RedisCluster } from '../../support/servers/redis-cluster.js';
import { singleClients } from '../../support/servers/redis-clients.js';
import { RedisServer } from '../../support/servers/redis.js';
import { until } from '../../support/servers/until.js';
import { SOCKETS, type TestSocket } from '../../support/sockets.js';
import { folderWith } from '../../support/temporary-folder.js';
import { CartService, DeskController, DeskGateway } from './desk-gateway.js';

const SECOND_MS = 1000;
/** So long between two looks that only a message can have closed the socket. */
const NEVER_LOOKS = { webSocket: { check: '1h' } } as const;

const [[, kind]] = SOCKETS as [(typeof SOCKETS)[number]];

/** A user who is logged in, with a socket open whose session is watched over. */
async function withSocket(
  session: SessionModuleOptions,
  work: (socket: TestSocket, token: string) => Promise<void>,
): Promise<void> {
  const parts = {
    controllers: [DeskController],
    providers: [DeskGateway, CartService],
    main: kind.adapter,
    session,
    override: (module: Parameters<NonNullable<Parameters<typeof TestApp.start>[1]['override']>>[0]) =>
      module.overrideProvider(SESSION_CLOCK).useValue(systemClock),
  };
  await TestApp.within(EXPRESS, parts, async (app) => {
    const visitor = app.visitor();
    await visitor.post('/login');
    const socket = await kind.connect(app.url, { cookie: visitor.cookie });
    try {
      expect(await socket.ask('who')).toMatchObject({ data: 'ada' });
      await work(socket, tokenIn(visitor.cookie));
    } finally {
      socket.close();
    }
  });
}

/** How long after another process had its acknowledgement the socket was closed, in milliseconds. */
async function closedBy(
  by: EndingTask['by'],
  place: Omit<Place, 'now'>,
  socket: TestSocket,
  token: string,
): Promise<number> {
  const task: EndingTask = { ...place, now: Date.now(), token, by };
  const other = ChildProgram.start('end-session.ts', task);
  await other.printed(1);
  const acknowledgedAt = Date.now();
  const { at } = await socket.closed;
  await other.finished();
  return at - acknowledgedAt;
}

const WAYS: readonly EndingTask['by'][] = ['invalidate', 'regenerate', 'revoke-everything'];

describe('a socket whose session another process ends in SQLite', () => {
  it.each(WAYS)('is closed within a second, by a look: %s', async (by) => {
    const file = `${folderWith({})}/sessions.db`;
    const session = { sessionProvider: SqliteSessionProvider, config: { file } };
    await withSocket(session, async (socket, token) => {
      expect(await closedBy(by, { sqlite: { file } }, socket, token)).toBeLessThan(SECOND_MS);
    });
  });
});

describeWith(
  'a socket whose session another process ends in PostgreSQL',
  PostgresServer.needs(),
  (binaries) => {
    let server: PostgresServer;
    beforeAll(async () => (server = await PostgresServer.start(binaries)));
    afterAll(() => server.stop());

    const session = (): SessionModuleOptions => ({
      sessionProvider: PostgresSessionProvider,
      config: { connectionString: server.url, migrate: true },
      ...NEVER_LOOKS,
    });

    it.each(WAYS)('is closed within a second, by NOTIFY: %s', async (by) => {
      await withSocket(session(), async (socket, token) => {
        const place = { postgres: { connectionString: server.url } };
        expect(await closedBy(by, place, socket, token)).toBeLessThan(SECOND_MS);
      });
    });

    it('is closed by NOTIFY also on a pool of the app, which gets its connection back', async () => {
      const pool = new pg.Pool({ connectionString: server.url });
      await withSocket({ ...session(), config: { pool } }, async (socket, token) => {
        const place = { postgres: { connectionString: server.url } };
        expect(await closedBy('invalidate', place, socket, token)).toBeLessThan(SECOND_MS);
      });
      expect(pool.totalCount).toBe(pool.idleCount);
      await pool.end();
    });

    it('is closed as well after the connection that listens was cut', async () => {
      await withSocket(session(), async (socket, token) => {
        await server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
        while ((await server.sql("SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")).length === 0)
          await new Promise((resolve) => setTimeout(resolve, 50));
        const place = { postgres: { connectionString: server.url } };
        expect(await closedBy('invalidate', place, socket, token)).toBeLessThan(SECOND_MS);
      });
    });
  },
);

const REDIS = { name: 'Redis', found: redisBinary() };

describeWith('a socket whose session another process ends in Redis', REDIS, (binary) => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start(binary)));
  afterAll(() => server.stop());

  const session = (driver: string): SessionModuleOptions => ({
    sessionProvider: RedisSessionProvider,
    config: { url: server.url, driver },
    ...NEVER_LOOKS,
  });

  describe.each(['@redis/client', 'ioredis', 'iovalkey'])('through %s', (driver) => {
    it.each(driver === 'ioredis' ? WAYS : WAYS.slice(0, 1))(
      'is closed within a second, by a message: %s',
      async (by) => {
        await withSocket(session(driver), async (socket, token) => {
          expect(await closedBy(by, { redis: { url: server.url } }, socket, token)).toBeLessThan(SECOND_MS);
        });
      },
    );

    it('is closed by a message also beside a client of the app', async () => {
      const { client, close } = await (singleClients[driver] as (typeof singleClients)[string])(server.url);
      try {
        const { config: _, ...rest } = session(driver);
        await withSocket({ ...rest, config: { client } }, async (socket, token) => {
          const place = { redis: { url: server.url } };
          expect(await closedBy('invalidate', place, socket, token)).toBeLessThan(SECOND_MS);
        });
      } finally {
        close();
      }
    });

    it('is closed as well after the connection that listens was cut', async () => {
      await withSocket(session(driver), async (socket, token) => {
        await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
        while (!String(await server.command('CLIENT', 'LIST', 'TYPE', 'pubsub')).includes('sub=1'))
          await new Promise((resolve) => setTimeout(resolve, 50));
        expect(await closedBy('invalidate', { redis: { url: server.url } }, socket, token)).toBeLessThan(
          SECOND_MS,
        );
      });
    });
  });
});

describeWith('a socket whose session another app ends in a cluster of Redis', REDIS, (binary) => {
  let nodes: readonly RedisServer[];
  let urls: readonly string[];
  beforeAll(async () => ({ nodes, urls } = await RedisCluster.start(binary)));
  afterAll(() => Promise.all(nodes.map((node) => node.stop())));

  it.each(['@redis/client', 'ioredis'])('is closed within a second through %s', async (driver) => {
    const session = {
      sessionProvider: RedisSessionProvider,
      config: { cluster: [...urls], driver },
      ...NEVER_LOOKS,
    };
    const hears = async (): Promise<boolean> => {
      const lists = await Promise.all(nodes.map((node) => node.command('CLIENT', 'LIST', 'TYPE', 'pubsub')));
      return lists.some((list) => / sub=[1-9]/.test(String(list)));
    };
    await withSocket(session, async (socket, token) => {
      // It begins to listen with its first socket. Whatever ends before that is found by the next look, which never comes here.
      await until(hears, 10 * SECOND_MS);
      const other = new RedisSessionProvider({ cluster: [...urls], driver });
      const id = token.slice(0, token.indexOf('.'));
      await other.end(id, 'revoked');
      await other.announce({ kind: 'ended', id });
      const endedAt = Date.now();
      expect((await socket.closed).at - endedAt).toBeLessThan(SECOND_MS);
      await other.close();
    });
  });
});
