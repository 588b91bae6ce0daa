import { afterAll, beforeAll, describe, it } from '@jest/globals';
import pg from 'pg';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { describeLaws, FakeClock, Subject } from '../../lib/testing/index.js';
import { cachesServe, HASTY_LEASES } from '../support/cached-stores.js';
import { describeWith } from '../support/servers/needs-server.js';
import { HASTY, PostgresServer } from '../support/servers/postgres.js';
import { RedisLab } from '../support/servers/redis-lab.js';
import { BEGINNING } from '../support/servers/steered-clock.js';

describeWith('RedisSessionProvider, in two processes that cache', RedisLab.needs(), (needs) => {
  let lab: RedisLab;
  beforeAll(async () => (lab = await RedisLab.start(needs, 'one server', { cached: true })), 60_000);
  afterAll(() => lab.stop());

  describeLaws({ describe, it }, () => lab.subject(), { without: { bounded: 'maxmemory bounds a Redis' } });
});

describeWith('PostgresSessionProvider, in two processes that cache', PostgresServer.needs(), (binaries) => {
  const clock = new FakeClock();
  let server: PostgresServer;
  let pool: pg.Pool;
  let stores: [PostgresSessionProvider, PostgresSessionProvider];
  beforeAll(async () => {
    server = await PostgresServer.start(binaries, HASTY);
    pool = new pg.Pool({ connectionString: server.url });
    const config = { connectionString: server.url, migrate: true, cached: true };
    const newStore = () => new PostgresSessionProvider(config, { clock }, HASTY_LEASES);
    stores = [newStore(), newStore()];
    for (const store of stores) await store.open();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([pool.end(), ...stores.map((store) => store.close())]);
    await server.stop();
  });

  async function newSubject(): Promise<Subject> {
    await cachesServe(...stores);
    await pool.query(`DELETE FROM nestjs_sessions WHERE id NOT LIKE 'near:%'`);
    clock.set(BEGINNING);
    const [store, elsewhere] = stores;
    return new Subject({
      store,
      elsewhere,
      clock,
      dump: () => server.dump(),
      capabilities: ['clock', 'opaque', 'principals', 'everything'],
      policy: { operationTimeout: 20_000 },
    });
  }

  describeLaws({ describe, it }, newSubject, { without: { bounded: 'the disk is the bound' } });
});
