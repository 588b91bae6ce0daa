import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newSessionId } from '../../lib/credentials/token.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { Keyspace } from '../../lib/providers/redis/keyspace.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { FakeClock } from '../../lib/testing/index.js';
import { cachesServe, HASTY_LEASES } from '../support/cached-stores.js';
import { sampleRecord } from '../support/sample-record.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { until } from '../support/servers/until.js';
import { WireTap } from '../support/servers/wire-tap.js';

const PATIENCE_MS = 20_000;
const MINUTE_MS = 60_000;
/** A member that died is waited for no longer than this. */
const LEASES = { ...HASTY_LEASES, lease: 400, grace: 50, waitOut: 500 };

type Store = RedisSessionProvider | PostgresSessionProvider;

const clock = new FakeClock();

/** A session that a process has in its cache. */
async function cachedIn(store: Store): Promise<string> {
  await cachesServe(store);
  const id = newSessionId();
  await store.create(id, sampleRecord(), clock.now() + MINUTE_MS);
  expect(store.load(id)).toMatchObject({ deadline: clock.now() + MINUTE_MS });
  return id;
}

/** How long a write takes, in milliseconds. */
async function timed(write: () => unknown): Promise<number> {
  const began = performance.now();
  await write();
  return performance.now() - began;
}

describeWith('a near-cache of Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  const stores: RedisSessionProvider[] = [];
  let server: RedisServer;
  let wire: WireTap;
  beforeAll(async () => {
    server = await RedisServer.start(binary);
    wire = await WireTap.start(server.port);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  afterAll(async () => {
    await wire.stop();
    await server.stop();
  });

  function storeAt(url: string, driver: string, cached = true): RedisSessionProvider {
    const store = new RedisSessionProvider({ url, driver, cached }, { clock }, LEASES);
    stores.push(store);
    return store;
  }

  describe.each(['@redis/client', 'ioredis'])('through %s', (driver) => {
    it('serves nothing once its connections are cut, and joins anew', async () => {
      const [here, there] = [storeAt(wire.url, driver), storeAt(server.url, driver, false)];
      const id = await cachedIn(here);
      wire.cut();
      await until(() => Promise.resolve(!here.cacheUsage.serving), PATIENCE_MS);
      expect(here.cacheUsage.sessions).toBe(0);
      expect(await there.end(id, 'revoked')).toBe(true);
      await until(async () => (await here.load(id)) === undefined, PATIENCE_MS);
      await cachesServe(here);
    });

    it('holds a write up until its lease is over when it hears nothing, and then it serves nothing', async () => {
      const [here, there] = [storeAt(wire.url, driver), storeAt(server.url, driver, false)];
      const id = await cachedIn(here);
      wire.silence();
      expect(await timed(() => there.end(id, 'revoked'))).toBeGreaterThanOrEqual(LEASES.waitOut);
      expect(here.cacheUsage.serving).toBe(false);
      wire.cut();
    });
  });

  it('takes a dead process off the roster with the first write, and that one waits', async () => {
    const store = storeAt(server.url, '@redis/client', false);
    const roster = new Keyspace('sess:').roster;
    await server.command('HSET', roster, '#', 'begun', 'dead', 'member', 'doomed', 'expelled');
    const [first, second] = [newSessionId(), newSessionId()];
    expect(await timed(() => store.end(first, 'revoked'))).toBeGreaterThanOrEqual(LEASES.waitOut);
    expect(await timed(() => store.end(second, 'revoked'))).toBeLessThan(LEASES.waitOut);
    expect(await server.command('HGETALL', roster)).not.toHaveProperty('dead');
  });

  it('is empty after the server was killed, and joins a new roster', async () => {
    const here = storeAt(server.url, '@redis/client');
    const id = await cachedIn(here);
    await server.kill9();
    await until(() => Promise.resolve(!here.cacheUsage.serving), PATIENCE_MS);
    expect(here.cacheUsage.sessions).toBe(0);
    await server.restart();
    await until(
      async () => (await Promise.resolve(here.load(id)).catch(() => id)) === undefined,
      PATIENCE_MS,
    );
    await cachesServe(here);
  });
});

describeWith('a near-cache of PostgreSQL', PostgresServer.needs(), (binaries) => {
  const stores: PostgresSessionProvider[] = [];
  let server: PostgresServer;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await PostgresServer.start(binaries);
    pool = new pg.Pool({ connectionString: server.url });
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  async function storeThat(caches: boolean): Promise<PostgresSessionProvider> {
    const config = { connectionString: server.url, migrate: true, cached: caches };
    const store = new PostgresSessionProvider(config, { clock }, LEASES);
    stores.push(store);
    await store.open();
    return store;
  }

  it('serves nothing once the connection is ended that listens, and joins anew', async () => {
    const [here, there] = [await storeThat(true), await storeThat(false)];
    const id = await cachedIn(here);
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`);
    await until(() => Promise.resolve(here.cacheUsage.sessions === 0), PATIENCE_MS);
    expect(await there.end(id, 'revoked')).toBe(true);
    expect(await here.load(id)).toBeUndefined();
    await cachesServe(here);
  });

  it('takes a dead process off the roster with the first write, and that one waits', async () => {
    const store = await storeThat(false);
    await pool.query(
      `INSERT INTO nestjs_sessions (id, etag, deadline, generation, ended, record)
       VALUES ('near:dead', '', 9223372036854775807, 9223372036854775807, 'member', '')`,
    );
    expect(await timed(() => store.end(newSessionId(), 'revoked'))).toBeGreaterThanOrEqual(LEASES.waitOut);
    expect(await timed(() => store.end(newSessionId(), 'revoked'))).toBeLessThan(LEASES.waitOut);
  });

  it('keeps its roster when all sessions end and the table is swept', async () => {
    const here = await storeThat(true);
    await cachedIn(here);
    const roster = async () =>
      (await pool.query(`SELECT id FROM nestjs_sessions WHERE id LIKE 'near:%' ORDER BY id`)).rows;
    const before = await roster();
    await here.endEverything();
    clock.advance('2h');
    expect(await here.sweep(1000)).toBeGreaterThan(0);
    expect(await roster()).toEqual(before);
    expect(here.cacheUsage.serving).toBe(true);
  });
});
