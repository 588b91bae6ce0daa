import { createRequire } from 'node:module';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RedisStore, type RedisStoreOptions } from 'connect-redis';
import session, { type Store } from 'express-session';
import { Pool } from 'pg';
import type { SessionModuleOptions } from '../../lib/index.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { TestApp } from '../support/app.js';
import { FORMER_SECRET, FormerApp } from '../support/former-app.js';
import { EXPRESS } from '../support/attacked.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { SESSION_CLOCK } from '../../lib/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { accounts, meOf } from './fixtures/account.js';

type PgStore = new (options: { readonly pool: Pool; readonly createTableIfMissing: boolean }) => Store;
const PgSessionStore = (
  createRequire(import.meta.url)('connect-pg-simple') as (from: typeof session) => PgStore
)(session);

const USERS = 12;
const PARALLEL = 5;
const MINUTE_MS = 60_000;

/** Users of an app with express-session come to two instances of its successor, several requests each at a time. */
async function move(store: Store, options: SessionModuleOptions): Promise<void> {
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
  try {
    await Promise.all(
      users.map(async (user, index) => {
        const tabs = Array.from({ length: PARALLEL }, (_, tab) => user.twin(apps[tab % 2]?.url));
        const seen = await Promise.all(tabs.map((tab) => meOf(tab)));
        expect(seen.map(({ values }) => values['user'])).toEqual(tabs.map(() => `user-${index}`));
        expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
        const [moved, ...others] = tabs.filter((tab) => tab.cookie.includes('serving_session='));
        expect(others).toEqual([]);
        expect(await former.row(user)).toBeUndefined();
        expect((await moved?.get('/me'))?.body).toMatchObject({
          values: { user: `user-${index}`, cart: { items: ['tea'] } },
        });
      }),
    );
  } finally {
    for (const app of apps) await app.close();
  }
}

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
        const store = new RedisStore({ client: client as unknown as RedisStoreOptions['client'] });
        await move(store, { sessionProvider: RedisSessionProvider, config: { url: server.url } });
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
      await move(new PgSessionStore({ pool, createTableIfMissing: true }), {
        sessionProvider: PostgresSessionProvider,
        config: { connectionString: server.url, migrate: true },
      });
    } finally {
      await pool.end();
    }
  });
});
