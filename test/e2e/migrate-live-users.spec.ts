import { createClient } from '@redis/client';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import session, { type Store } from 'express-session';
import { Pool } from 'pg';
import { SESSION_CLOCK, type SessionModuleOptions } from '../../lib/index.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { TestApp } from '../support/app.js';
import { EXPRESS } from '../support/attacked.js';
import { FORMER_SECRET, FormerApp } from '../support/former-app.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import type { Visitor } from '../support/visitor.js';
import { accounts, meOf } from './fixtures/account.js';

const PgSessionStore = connectPgSimple(session);

const USERS = 12;
const PARALLEL = 5;
const MINUTE_MS = 60_000;

/** What became of one user. */
interface Moved {
  /** As whom each of the parallel requests saw them, and their first one afterwards. */
  readonly seenAs: readonly unknown[];
  readonly afterwards: unknown;
  /** How many sessions they have, and how many answers brought a cookie. */
  readonly sessions: number;
  readonly cookies: number;
  readonly rowIsLeft: boolean;
}

const movedOnce = (_: unknown, index: number): Moved => ({
  seenAs: Array.from({ length: PARALLEL }, () => `user-${index}`),
  afterwards: `user-${index}`,
  sessions: 1,
  cookies: 1,
  rowIsLeft: false,
});

/** Users of an app with express-session come to two instances of its successor, several requests each at a time. */
async function move(store: Store, options: SessionModuleOptions): Promise<readonly Moved[]> {
  const former = await FormerApp.start(store, { cookie: { maxAge: 60 * MINUTE_MS } });
  const users = await Promise.all(Array.from({ length: USERS }, (_, index) => former.user(`user-${index}`)));
  await former.close();
  const clock = new FakeClock(Date.now());
  const start = (): Promise<TestApp> =>
    TestApp.start(EXPRESS, {
      ...accounts({
        operationTimeout: '30s',
        migrateFrom: { expressSession: { secrets: [FORMER_SECRET], store } },
        ...options,
      }),
      override: (module) => module.overrideProvider(SESSION_CLOCK).useValue(clock),
    });
  const apps = [await start(), await start()];
  const come = async (user: Visitor): Promise<Moved> => {
    const tabs = Array.from({ length: PARALLEL }, (_, tab) => user.twin(apps[tab % 2]?.url));
    const seen = await Promise.all(tabs.map((tab) => meOf(tab)));
    const told = tabs.filter((tab) => tab.cookie.includes('serving_session='));
    const [first = user] = told;
    return {
      seenAs: seen.map(({ values }) => values['user']),
      afterwards: (await meOf(first)).values['user'],
      sessions: new Set(seen.map(({ id }) => id)).size,
      cookies: told.length,
      rowIsLeft: (await former.row(user)) !== undefined,
    };
  };
  try {
    return await Promise.all(users.map(come));
  } finally {
    for (const app of apps) await app.close();
  }
}

const ALL = Array.from({ length: USERS }, movedOnce);

describeWith(
  'users of express-session and connect-redis',
  { name: 'Redis', found: redisBinary() },
  (binary) => {
    let server: RedisServer;
    beforeAll(async () => (server = await RedisServer.start(binary)));
    afterAll(() => server.stop());

    it('are moved to sessions in Redis, and none is logged out', async () => {
      const client = createClient({ url: server.url });
      await client.connect();
      try {
        const store = new RedisStore({ client: client as never });
        const options = { sessionProvider: RedisSessionProvider, config: { url: server.url } };
        expect(await move(store, options)).toEqual(ALL);
      } finally {
        await client.close();
      }
    });
  },
);

describeWith('users of express-session and connect-pg-simple', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  it('are moved to sessions in PostgreSQL, and none is logged out', async () => {
    const pool = new Pool({ connectionString: server.url });
    try {
      const config = { connectionString: server.url, migrate: true };
      const store = new PgSessionStore({ pool, createTableIfMissing: true });
      expect(await move(store, { sessionProvider: PostgresSessionProvider, config })).toEqual(ALL);
    } finally {
      await pool.end();
    }
  });
});
