import { AtomicSessionProvider } from '../atomic-session-provider.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  Announcement,
  Closes,
  CreateOutcome,
  EndReason,
  EndsEverything,
  KnowsPrincipals,
  OnExpired,
  Opens,
  OwnedRecord,
  ReplaceOutcome,
  ReportsHealth,
  StoredRecord,
  StoreWatcher,
  Sweeps,
  Watches,
} from '../atomic-session-store.js';
import { type Leases, LEASES } from '../near-cache/leases.js';
import { type NearCache, nearCache, type NearCacheUsage } from '../near-cache/near-cache.js';
import type { MaybePromise, ProviderContext, SessionValueRecord } from '../session-provider.js';
import { announce, watchAnnouncements } from './announcements.js';
import { checkDatabase } from './boot-check.js';
import { bootFailure } from './boot-failure.js';
import { migrate } from './migration.js';
import { parsePostgresOptions, type PostgresOptions } from './postgres-options.js';
import { type PostgresPool, poolOf } from './postgres-pool.js';
import { PostgresCoherence } from './postgres-coherence.js';
import { PostgresRecords, type RowAccess } from './postgres-records.js';
import { PrincipalRows } from './principal-rows.js';
import { SessionRows } from './session-rows.js';
import { SessionStatements } from './session-statements.js';
import { TableSweep } from './table-sweep.js';

/** How long, in milliseconds, a server that says nothing may hold up the end of the app. */
const GOODBYE_MS = 1000;

/** The connections of this process, for a metric or a health page. All 0 before the first use. */
export interface PostgresUsage {
  readonly connections: number;
  readonly idle: number;
  /** Calls that wait for a connection. Often above 0 means that `max_connections` is too low, or the server too slow. */
  readonly waiting: number;
}

interface Connection extends RowAccess {
  readonly pool: PostgresPool;
  readonly sweep: TableSweep;
}

/**
 * Sessions in a table of PostgreSQL 12 or later, for any number of instances. Holds every law.
 *
 * A load, a commit, a creation, a touch and an end take one statement each, and no transaction of their own. A commit that lost a
 * race takes a second one, which answers what the record is now. A login within a limit is a transaction; those of one principal
 * stand in line for it, in the whole cluster.
 *
 * @example
 * ```ts
 * import { PostgresSessionProvider } from 'nestjs-sessions/postgres';
 *
 * const provider = new PostgresSessionProvider({ connectionString: 'postgres://app@localhost:5432/app' });
 * await provider.migrate();
 * const token = await provider.createSession();
 * await provider.close();
 * ```
 */
export class PostgresSessionProvider
  extends AtomicSessionProvider
  implements Opens, KnowsPrincipals, EndsEverything, Watches, Sweeps, ReportsHealth, Closes
{
  readonly #options: PostgresOptions;
  readonly #statements: SessionStatements;
  readonly #store: NearCache;
  #connecting: Promise<Connection> | undefined;
  #pool: PostgresPool | undefined;

  /**
   * @param config where the server is, and which table; see {@link PostgresOptions}. Connects with the first use.
   * @param leases for tests: how long the leases of the near-cache are, and how their time passes.
   * @throws SessionError CONFIG_INVALID
   */
  constructor(
    config: SessionValueRecord = {},
    context: Partial<ProviderContext> = {},
    leases: Leases = LEASES,
  ) {
    super(context);
    this.#options = parsePostgresOptions(config);
    this.#statements = new SessionStatements(this.#options);
    const { clock } = this.context;
    const poolWhenThere = async (): Promise<PostgresPool> => (await this.#connect()).pool;
    this.#store = nearCache({
      store: new PostgresRecords(() => this.#connect(), clock),
      coherence: new PostgresCoherence(poolWhenThere, this.#statements, this.#options),
      options: this.#options.cached,
      clock,
      leases,
    });
  }

  /** @throws SessionError CONFIG_INVALID */
  static checkConfig(config: SessionValueRecord): void {
    parsePostgresOptions(config);
  }

  /** The connections now; all 0 before the first use. */
  get usage(): PostgresUsage {
    const { totalCount = 0, idleCount = 0, waitingCount = 0 } = this.#pool ?? {};
    return { connections: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** What `cached` does; all 0 without it. */
  get cacheUsage(): NearCacheUsage {
    return this.#store.usage;
  }

  /** Connects, makes the table when `migrate` says so, and checks that all is there. */
  async open(): Promise<void> {
    try {
      if (this.#options.migrate) await this.migrate();
      const { pool } = await this.#connect();
      await checkDatabase(pool, this.#statements, this.#options);
      await this.#store.start();
    } catch (error) {
      await this.#disconnect();
      throw bootFailure(error, this.#options);
    }
  }

  /** Makes the table if it is not there. Any number of instances may do so at the same time. */
  async migrate(): Promise<void> {
    const { pool } = await this.#connect();
    await migrate(pool, this.#options, this.#statements);
  }

  /** Of what is cached, at once. */
  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.#store.load(id);
  }

  override create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    return this.#store.create(id, text, deadline);
  }

  override replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    return this.#store.replace(id, etag, text, deadline);
  }

  override touch(id: string, deadline: number): MaybePromise<void> {
    return this.#store.touch(id, deadline);
  }

  override end(id: string, reason: EndReason): Promise<boolean> {
    return this.#store.end(id, reason);
  }

  /** One statement without a limit; with one, a transaction for which other logins of the principal wait, in any process. */
  admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    return this.#store.admit(write, admission);
  }

  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]> {
    return this.#store.sessionsOf(principal);
  }

  /** A transaction that waits for the logins of the principal that are under way, and for which later ones wait. */
  endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    return this.#store.endSessionsOf(principal, reason, except);
  }

  /** Writes one row; the sweep removes the others by and by. */
  endEverything(): Promise<void> {
    return this.#store.endEverything();
  }

  /** `NOTIFY`: one more statement, which nobody waits for. */
  async announce(announcement: Announcement): Promise<void> {
    const { pool } = await this.#connect();
    await announce(pool, this.#options, announcement);
  }

  /** `LISTEN`, on a connection of its own. */
  watch(watcher: StoreWatcher): Promise<() => Promise<void>> {
    return watchAnnouncements(this.#options, watcher);
  }

  /** Removes up to `limit` expired records, unless another instance is doing so. */
  async sweep(limit: number, onExpired?: OnExpired): Promise<number> {
    const { sweep } = await this.#connect();
    return sweep.run({ limit, now: this.#now(), onExpired });
  }

  /** Rejects when the server or the table cannot be reached. */
  async health(): Promise<void> {
    const { pool } = await this.#connect();
    await this.#statements.run(pool, 'health');
  }

  /** Ends all connections; a pool that was passed in stays open. Other processes are told, if this one caches. */
  async close(): Promise<void> {
    await withinGoodbye(this.#store.close().catch(() => undefined));
    await this.#disconnect();
    this.#connecting = Promise.reject(new Error('The provider is closed.'));
    this.#connecting.catch(() => undefined);
  }

  #now(): number {
    return this.context.clock.now();
  }

  #connect(): Promise<Connection> {
    this.#connecting ??= poolOf(this.#options).then((pool) => ({
      pool: (this.#pool = pool),
      rows: new SessionRows(pool, this.#statements),
      principals: new PrincipalRows(pool, this.#statements, this.context.clock),
      sweep: new TableSweep(pool, this.#statements),
    }));
    return this.#connecting;
  }

  async #disconnect(): Promise<void> {
    const connection = await this.#connecting?.catch(() => undefined);
    this.#connecting = undefined;
    if (connection && !this.#options.pool) await withinGoodbye(connection.pool.end());
  }
}

/** A pool says goodbye to the server and waits for its answer, which may never come. */
async function withinGoodbye(ending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  try {
    await Promise.race([ending, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
