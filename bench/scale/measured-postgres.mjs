import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const { postgresBinaries } = await import('../../test/support/servers/postgres-binaries.ts');
const { HASTY, PostgresServer } = await import('../../test/support/servers/postgres.ts');

const SETTINGS = { ...HASTY, shared_buffers: '768MB', max_wal_size: '8GB', checkpoint_timeout: '1h' };
const TABLE = 'nestjs_sessions';
const HOUR_MS = 3_600_000;

/** A PostgreSQL of its own, and what it says of itself. Commits do not wait for the disk, which would be that of this machine. */
export class MeasuredPostgres {
  static title = 'PostgreSQL';

  static async start(library) {
    const binaries = postgresBinaries();
    if (binaries === undefined) return undefined;
    const { PostgresSessionProvider } = await library('providers/postgres/index.js');
    const server = await PostgresServer.start(binaries, SETTINGS);
    let now = Date.now();
    const clock = { now: () => now };
    const provider = new PostgresSessionProvider(
      { connectionString: server.url, migrate: true, timeout: '60s' },
      { clock },
    );
    await provider.open();
    const measured = new MeasuredPostgres(server, provider);
    measured.leap = (ms) => (now += ms);
    const [{ server_version }] = await server.sql('SHOW server_version');
    measured.version = `PostgreSQL ${server_version.split(' ')[0]}`;
    return measured;
  }

  constructor(server, provider) {
    this.server = server;
    this.provider = provider;
  }

  async size() {
    const [size] = await this.server.sql(
      `SELECT pg_table_size('${TABLE}') AS table, pg_relation_size('${TABLE}_pkey') AS "primary key",
         pg_relation_size('${TABLE}_principal') AS "index of principals"`,
    );
    return numbers(size);
  }

  /** Since it began: microseconds of processor time of all its processes that live, bytes of log, and updates. */
  async work() {
    const processes = await this.server.sql(`SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()`);
    const [row] = await this.server.sql(
      `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS "B of WAL"`,
    );
    return { 'µs of server': processes.reduce((sum, { pid }) => sum + runTime(pid), 0), ...numbers(row) };
  }

  /** Touches with and without an index on the deadline; a sweep that finds nothing, and one that finds all. */
  async afterwards({ ids, each }) {
    for (const round of ['touch of each', 'touch of each, again']) await this.#touchAll(round, ids, each);
    await this.server.sql(`VACUUM ${TABLE}`);
    await this.server.sql(`CREATE INDEX on_deadline ON ${TABLE} (deadline)`);
    await this.#touchAll('touch of each, with an index on the deadline', ids, each);
    await this.server.sql('DROP INDEX on_deadline');
    await this.server.sql(`VACUUM FULL ${TABLE}`);
    const [{ count }] = await this.server.sql(`SELECT count(*)::int FROM ${TABLE}`);
    await this.#timed(`sweep of ${count}, none expired`, count, () => this.#sweep());
    this.leap(48 * HOUR_MS);
    await this.#timed(`sweep of ${count}, all expired`, count, () => this.#sweep());
    await this.#timed('vacuum after it', count, () => this.server.sql(`VACUUM ${TABLE}`));
  }

  async #touchAll(title, ids, each) {
    this.leap(60_000);
    const before = await this.#updates();
    let next = 0;
    const deadline = Date.now() + (this.touches = (this.touches ?? 3) + 1) * HOUR_MS;
    await this.#timed(title, ids.length, () =>
      each(ids.length, () => this.provider.touch(ids[next++], deadline)),
    );
    const after = await this.#updates();
    const [all, hot] = ['updates', 'hot'].map((name) => after[name] - before[name]);
    const { table, 'primary key': key } = await this.size();
    console.log(
      `    ${all} updates, ${((100 * hot) / all).toFixed(1)} % HOT; table ${mb(table)}, key ${mb(key)}`,
    );
  }

  /** An idle connection hands in its statistics ten seconds late. */
  async #updates() {
    await delay(11_000);
    const [row] = await this.server.sql(
      `SELECT n_tup_upd AS updates, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE relname = '${TABLE}'`,
    );
    return numbers(row);
  }

  async #sweep() {
    for (let swept = 1; swept > 0;) swept = await this.provider.sweep(1000);
    await this.provider.sweep(1000);
  }

  async #timed(title, count, work) {
    const [before, start] = [await this.work(), performance.now()];
    await work();
    const [after, ms] = [await this.work(), performance.now() - start];
    const [us, wal] = ['µs of server', 'B of WAL'].map((name) => (after[name] - before[name]) / count);
    console.log(
      `  ${title}: ${ms.toFixed(0)} ms, ${us.toFixed(2)} µs and ${wal.toFixed(0)} B of WAL a session`,
    );
  }

  async stop() {
    await this.provider.close();
    await this.server.stop();
  }
}

const numbers = (row) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Microseconds that a process has run; 0 for one that is gone. */
function runTime(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1000;
  } catch {
    return 0;
  }
}
