import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import { PostgresSessionProvider } from '../../../../lib/providers/postgres/index.js';
import { FakeClock, Subject } from '../../../../lib/testing/index.js';
import { describeWith } from '../../../support/servers/needs-server.js';
import { PostgresServer } from '../../../support/servers/postgres.js';
import { until } from '../../../support/servers/until.js';
import { rejectionOf } from '../../../support/thrown-by.js';

/** Until a server has noticed that a client left. */
const SERVER_NOTICES_MS = 10_000;
const CONNECTIONS = `SELECT pid FROM pg_stat_activity WHERE application_name = 'nestjs-sessions'`;

describeWith('PostgresSessionProvider', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  const providers: PostgresSessionProvider[] = [];
  const pools: pg.Pool[] = [];

  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterEach(async () => {
    await Promise.all(providers.splice(0).map((provider) => provider.close()));
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  });
  afterAll(() => server.stop());

  function providerOf(
    config: Record<string, unknown> = {},
    clock = new FakeClock(),
  ): PostgresSessionProvider {
    const place = config['host'] ?? config['pool'] ?? config['connectionString'];
    const given = place === undefined ? { connectionString: server.url, ...config } : config;
    const made = new PostgresSessionProvider(given, { clock });
    providers.push(made);
    return made;
  }

  async function subjectOn(config: Record<string, unknown> = {}): Promise<Subject> {
    const clock = new FakeClock();
    const store = providerOf({ migrate: true, ...config }, clock);
    await store.open();
    return new Subject({ store, clock });
  }

  const bootError = (config: Record<string, unknown>): Promise<Error> =>
    rejectionOf(providerOf(config).open());

  describe('a statement', () => {
    let statements: string[];

    /** A subject on a pool that writes down what is sent. */
    async function counted(config: Record<string, unknown> = {}): Promise<Subject> {
      class CountingClient extends pg.Client {
        // oxlint-disable-next-line typescript/no-explicit-any -- pg overloads it many times
        override query(...args: any[]): any {
          statements.push(String((args[0] as { name?: string }).name));
          // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-unsafe-argument -- as they came
          return (super.query as (...given: any[]) => unknown)(...args);
        }
      }
      statements = [];
      const pool = new pg.Pool({ connectionString: server.url, Client: CountingClient });
      pools.push(pool);
      return subjectOn({ pool, ...config });
    }

    const during = async (task: () => Promise<unknown>): Promise<readonly string[]> => {
      statements.length = 0;
      await task();
      const names = statements.map((name) => name.replace(/^nestjs_sessions_(\w+)_[0-9a-f]+$/, '$1'));
      // Who caches is asked once in a few seconds, beside a write.
      return names.filter((name) => name !== 'roster');
    };

    it('is all that a load, a commit, a creation, a touch and an end take', async () => {
      const subject = await counted();
      const { id, token } = await subject.begin({ a: 1 });
      expect(await during(() => subject.begin({ a: 1 }))).toEqual(['create']);
      expect(await during(() => subject.open(token))).toEqual(['load']);
      const request = await subject.open(token);
      request.session.set('a', 2);
      expect(await during(() => request.finish())).toEqual(['replace']);
      subject.clock.advance(subject.policy.touchInterval);
      const touching = async () => {
        await (await subject.open(token)).finish();
        await subject.drain();
      };
      expect(await during(touching)).toEqual(['load', 'touch']);
      expect(await during(() => subject.here.manager.end(id, 'revoked'))).toEqual(['end']);
    });

    it('more is what a lost race costs', async () => {
      const subject = await counted();
      const { token } = await subject.begin({ a: 1 });
      const [slow, fast] = [await subject.here.open(token), await subject.elsewhere.open(token)];
      await fast.session.set('b', 1).save();
      slow.session.set('c', 1);
      expect(await during(() => slow.finish())).toEqual(['replace', 'load', 'replace']);
    });

    it('has no name where connections change hands in the middle', async () => {
      const subject = await counted({ preparedStatements: false });
      expect(await during(() => subject.begin({ a: 1 }))).toEqual(['undefined']);
    });

    it('works for two tables on one connection', async () => {
      const pool = new pg.Pool({ connectionString: server.url, max: 1 });
      pools.push(pool);
      const [one, two] = [await subjectOn({ pool }), await subjectOn({ pool, table: 'others' })];
      const { id, token } = await one.begin({ a: 1 });
      expect(await one.read(token)).toEqual({ a: 1 });
      expect(await two.here.store.load(id)).toBeUndefined();
    });
  });

  describe('a touch', () => {
    /** The updates of a table. A connection tells the server of its own when it ends, a little later than its client thinks. */
    async function updatesOnceThereAre(updates: number, table: string): Promise<Record<string, unknown>> {
      let row: Record<string, unknown> | undefined;
      await until(async () => {
        [row] = await server.sql(
          `SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = '${table}'`,
        );
        return row?.['updates'] === updates;
      }, SERVER_NOTICES_MS);
      return row ?? {};
    }

    it('stays on its page and writes to no index (HOT), and so does a commit', async () => {
      const subject = await subjectOn({ table: 'touched' });
      const tokens = [];
      for (let count = 0; count < 100; count++) tokens.push((await subject.begin({ a: 1 })).token);
      for (let round = 0; round < 5; round++) {
        subject.clock.advance(subject.policy.touchInterval);
        for (const token of tokens) await (await subject.open(token)).finish();
        await subject.drain();
        await server.sql('VACUUM touched');
      }
      for (const token of tokens) await (await subject.open(token)).session.set('a', 2).save();
      await subject.parts.store.close?.();
      const { hot } = await updatesOnceThereAre(600, 'touched');
      expect(Number(hot)).toBeGreaterThan(570);
    });

    it('would not, had its column an index', async () => {
      const subject = await subjectOn({ table: 'indexed' });
      await server.sql('CREATE INDEX ON indexed (deadline)');
      const { token } = await subject.begin({ a: 1 });
      subject.clock.advance(subject.policy.touchInterval);
      await (await subject.open(token)).finish();
      await subject.drain();
      await subject.parts.store.close?.();
      expect(await updatesOnceThereAre(1, 'indexed')).toEqual({ updates: 1, hot: 0 });
    });
  });

  describe('migrate()', () => {
    it('makes the table once, however many instances boot at once', async () => {
      const config = { schema: 'eight', table: 'apps', migrate: true };
      await Promise.all(Array.from({ length: 8 }, () => providerOf(config).open()));
      const indexes = await server.sql(
        `SELECT indexname FROM pg_indexes WHERE schemaname = 'eight' ORDER BY 1`,
      );
      expect(indexes).toEqual([
        { indexname: 'apps_generation_pkey' },
        { indexname: 'apps_pkey' },
        { indexname: 'apps_principal' },
      ]);
      expect(await server.sql('SELECT generation::int FROM eight.apps_generation')).toEqual([
        { generation: 1 },
      ]);
    });

    it('makes what the page says to make by hand', async () => {
      await server.sql('CREATE DATABASE by_hand');
      await server.sql('CREATE DATABASE by_itself');
      const page = readFileSync(new URL('../../../../docs/providers/postgres.md', import.meta.url), 'utf8');
      const [, sql = ''] = /```sql\n(CREATE TABLE[^`]+)```/.exec(page) ?? [];
      await server.sql(sql, server.urlOf('by_hand'));
      await providerOf({ connectionString: server.urlOf('by_itself'), migrate: true }).open();
      await providerOf({ connectionString: server.urlOf('by_hand') }).open();
      const [byHand, byItself] = ['by_hand', 'by_itself'].map((name) =>
        server.dump(server.urlOf(name)).replaceAll(/^\\(?:un)?restrict .*$/gm, ''),
      );
      expect(byHand).toContain('fillfactor');
      expect(byHand).toBe(byItself);
    });

    it('leaves the generation where it is', async () => {
      const store = providerOf({ table: 'moved', migrate: true });
      await store.open();
      await store.endEverything();
      await providerOf({ table: 'moved', migrate: true }).open();
      expect(await server.sql('SELECT generation::int FROM moved_generation')).toEqual([{ generation: 2 }]);
    });

    it('does nothing to a table that is there, and needs no right to', async () => {
      const subject = await subjectOn({ table: 'given' });
      const { token } = await subject.begin({ a: 1 });
      await server.sql(`CREATE ROLE app LOGIN PASSWORD 'secret'`);
      await server.sql(
        'GRANT SELECT, INSERT, UPDATE, DELETE ON given TO app; GRANT SELECT, UPDATE ON given_generation TO app',
      );
      const config = { connectionString: server.urlOf('postgres', 'app', 'secret'), table: 'given' };
      await providerOf({ ...config, migrate: true }).open();
      expect(await subject.read(token)).toEqual({ a: 1 });
    });
  });

  describe('what will never work', () => {
    it.each([
      ['no server', () => ({ host: '127.0.0.1', port: 1 }), 'session.config.host', 'start the server'],
      ['no such host', () => ({ host: 'no-such-host.invalid' }), 'session.config.host', 'name of the host'],
      [
        'a wrong password',
        () => ({ connectionString: server.urlOf('postgres', 'postgres', 'hunter2') }),
        'session.config.connection_string',
        'correct user and password',
      ],
      [
        'no such database',
        () => ({ connectionString: server.urlOf('missing') }),
        'session.config.connection_string',
        'create the database',
      ],
      [
        'no TLS on the server',
        () => ({ host: '127.0.0.1', port: server.port, user: 'postgres', password: 'hunter2', ssl: true }),
        'session.config.host',
        'see the cause',
      ],
      ['no table', () => ({ table: 'missing' }), 'session.config.table', 'migrate: true'],
      ['a schema that is not there', () => ({ schema: 'missing' }), 'session.config.table', 'migrate: true'],
    ])('is a boot error with the fix: %s', async (_, config, key, fix) => {
      const error = await bootError(config());
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      expect(error.message).toContain(`${key} is `);
      expect(error.message).toContain(fix);
      expect(error.message).not.toContain('hunter2');
    });

    it('is a boot error with the fix: a table of somebody else', async () => {
      await server.sql('CREATE TABLE foreign_table (id text, data json)');
      const error = await bootError({ table: 'foreign_table', migrate: true });
      expect(error.message).toContain(
        'whose etag, deadline, generation, ended, principal, login_order, record are missing',
      );
    });

    it('is a boot error with the fix: rights that are missing', async () => {
      await subjectOn({ table: 'guarded' });
      await server.sql(`CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON guarded TO reader`);
      const error = await bootError({
        connectionString: server.urlOf('postgres', 'reader', 'secret'),
        table: 'guarded',
      });
      expect(error.message).toContain('where reader may not INSERT, UPDATE, DELETE');
      expect(error.message).toContain('GRANT SELECT, INSERT, UPDATE, DELETE ON "public"."guarded" TO reader');
    });

    it('is a boot error with the fix: a table of the generation that is missing, empty or out of reach', async () => {
      await subjectOn({ table: 'ages' });
      await server.sql(
        `CREATE ROLE half LOGIN PASSWORD 'secret'; GRANT SELECT, INSERT, UPDATE, DELETE ON ages TO half`,
      );
      const place = { connectionString: server.urlOf('postgres', 'half', 'secret') };
      const { message: forbidden } = await bootError({ ...place, table: 'ages' });
      expect(forbidden).toContain('GRANT SELECT, UPDATE ON "public"."ages_generation" TO half');
      await server.sql('DELETE FROM ages_generation');
      const { message: empty } = await bootError({ table: 'ages' });
      expect(empty).toContain('"public"."ages_generation", which has no row');
      await server.sql('DROP TABLE ages_generation');
      const { message: missing } = await bootError({ table: 'ages', migrate: true });
      expect(missing).toContain('"public"."ages_generation", which does not exist');
      expect(missing).toContain('run schema.sql');
    });

    it('is a boot error with the fix: a database in another encoding', async () => {
      await server.sql(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`);
      const error = await bootError({ connectionString: server.urlOf('latin'), migrate: true });
      expect(error.message).toContain('a database in LATIN1');
    });

    it('is a boot error with the fix: an old server, a standby', async () => {
      const answers = { version: 110_022, encoding: 'UTF8', standby: true, user: 'app' };
      const pool = {
        query: () => Promise.resolve({ rows: [answers], rowCount: 1 }),
        connect: () => Promise.reject(new Error('There is nothing to connect to.')),
        end: () => Promise.resolve(),
      };
      const { message } = await bootError({ pool });
      expect(message).toContain('a server of version 11, wanted PostgreSQL 12 or later');
      expect(message).toContain('a standby, which nobody can write to, wanted the primary');
    });

    it('leaves no connection open', async () => {
      await bootError({ table: 'missing' });
      const open = (): Promise<unknown[]> => server.sql(CONNECTIONS);
      await until(async () => (await open()).length === 0, SERVER_NOTICES_MS);
      expect(await open()).toEqual([]);
    });
  });

  describe('sweep()', () => {
    const EXPIRED = 1500;

    /** A table with many sessions that are past their window, and one that is not. */
    async function aged(table: string): Promise<{ readonly subject: Subject; readonly token: string }> {
      const subject = await subjectOn({ table });
      const deadline = subject.clock.now() - IN_FLIGHT_WINDOW_MS;
      await server.sql(
        `INSERT INTO ${table} (id, etag, deadline, generation, record)
         SELECT 'old-' || n, 'etag', ${deadline} + (n % 2), 1, repeat('x', 500) FROM generate_series(1, ${2 * EXPIRED}) AS n`,
      );
      return { subject, token: (await subject.begin({ a: 1 })).token };
    }

    const countIn = async (table: string): Promise<unknown> =>
      (await server.sql(`SELECT count(*)::int AS count FROM ${table}`))[0]?.['count'];

    it('removes what is past its deadline and window, and nothing else', async () => {
      const { subject, token } = await aged('swept');
      expect(await subject.parts.store.sweep?.(10_000)).toBe(EXPIRED);
      expect(await countIn('swept')).toBe(EXPIRED + 1);
      expect(await subject.read(token)).toEqual({ a: 1 });
    });

    it('removes no more than it is asked to, and goes on from there', async () => {
      const { subject } = await aged('stepped');
      const removed = [];
      for (let call = 0; call < 4; call++) removed.push(await subject.parts.store.sweep?.(600));
      expect(removed).toEqual([600, 600, 300, 0]);
    });

    it('is done by one instance at a time', async () => {
      const { subject } = await aged('shared');
      const other = new pg.Client({ connectionString: server.url });
      await other.connect();
      await other.query('BEGIN');
      await other.query(
        `SELECT pg_advisory_xact_lock(hashtextextended('nestjs-sessions sweep "public"."shared"', 0))`,
      );
      expect(await subject.parts.store.sweep?.(1000)).toBe(0);
      await other.query('COMMIT');
      await other.end();
      expect(await subject.parts.store.sweep?.(1000)).toBe(1000);
    });

    it('leaves a tombstone while a request may be in flight, and no longer', async () => {
      const subject = await subjectOn({ table: 'ended' });
      const { id } = await subject.begin({ a: 1 });
      await subject.here.manager.end(id, 'revoked');
      expect(await server.sql('SELECT ended, record FROM ended')).toEqual([{ ended: 'revoked', record: '' }]);
      subject.clock.advance(IN_FLIGHT_WINDOW_MS - 1);
      expect(await subject.parts.store.sweep?.(10)).toBe(0);
      subject.clock.advance(1);
      expect(await subject.parts.store.sweep?.(10)).toBe(1);
    });
  });

  describe('health()', () => {
    it('settles while the table can be read, and rejects when it cannot', async () => {
      const subject = await subjectOn({ table: 'healthy' });
      await subject.parts.store.health?.();
      await server.sql('DROP TABLE healthy');
      await expect(subject.parts.store.health?.()).rejects.toMatchObject({ code: '42P01' });
    });
  });

  describe('usage', () => {
    it('counts the connections', async () => {
      const store = providerOf({ migrate: true });
      expect(store.usage).toEqual({ connections: 0, idle: 0, waiting: 0 });
      await store.open();
      expect(store.usage).toEqual({ connections: 1, idle: 1, waiting: 0 });
    });
  });

  describe('close()', () => {
    it('ends its own connections and does nothing more', async () => {
      const subject = await subjectOn();
      await Promise.all(Array.from({ length: 5 }, () => subject.begin({ a: 1 })));
      expect(await server.sql(CONNECTIONS)).not.toEqual([]);
      await subject.parts.store.close?.();
      expect(await server.sql(CONNECTIONS)).toEqual([]);
      await expect(subject.begin({ a: 1 })).rejects.toMatchObject({ code: 'STORE_FAILED' });
    });

    it('leaves the pool of the app alone', async () => {
      const pool = new pg.Pool({ connectionString: server.url });
      pools.push(pool);
      const subject = await subjectOn({ pool });
      await subject.parts.store.close?.();
      expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    it('does not wait for a server that says nothing', async () => {
      const subject = await subjectOn();
      await subject.begin({ a: 1 });
      server.freeze();
      const began = performance.now();
      await subject.parts.store.close?.();
      server.thaw();
      expect(performance.now() - began).toBeLessThan(3000);
    });
  });
});
