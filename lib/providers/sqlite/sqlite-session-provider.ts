import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AtomicSessionProvider } from '../atomic-session-provider.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
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
  Sweeps,
} from '../atomic-session-store.js';
import type { MaybePromise, ProviderContext, SessionValueRecord } from '../session-provider.js';
import { whenFree } from './busy.js';
import { type OpenFile, openFile } from './sqlite-file.js';
import { parseSqliteOptions, type SqliteOptions } from './sqlite-options.js';
import { type SqliteUsage, WriteBatches } from './write-batches.js';

/** Rows a transaction, about a millisecond. */
const SWEEP_STEP = 64;

interface Connection extends OpenFile {
  readonly writes: WriteBatches;
}

/**
 * Sessions in one file of this machine: durable, and shared by the processes that open the same file. Holds every law.
 *
 * A load is answered at once. A write is answered after the transaction that it shares with the other writes of its turn of the event
 * loop. The process never waits for another one that holds the file: it goes on and tries again.
 *
 * @example
 * ```ts
 * import { SqliteSessionProvider } from 'nestjs-sessions/sqlite';
 *
 * const provider = new SqliteSessionProvider({ file: './sessions.db' });
 * const token = await provider.createSession();
 * await provider.close();
 * ```
 */
export class SqliteSessionProvider
  extends AtomicSessionProvider
  implements Opens, Sweeps, KnowsPrincipals, EndsEverything, ReportsHealth, Closes
{
  readonly #options: SqliteOptions;
  readonly #path: string | undefined;
  #opening: Promise<Connection> | undefined;
  #connection: Connection | undefined;

  /**
   * @param config `file` or `database`, `durability`, `table`; see {@link SqliteOptions}. The file is opened with the first use.
   * @throws SessionError CONFIG_INVALID
   */
  constructor(config: SessionValueRecord = {}, context: Partial<ProviderContext> = {}) {
    super(context);
    this.#options = parseSqliteOptions(config);
    const { file } = this.#options;
    this.#path = file === undefined ? undefined : resolve(this.context.directory, file);
  }

  /** @throws SessionError CONFIG_INVALID */
  static checkConfig(config: SessionValueRecord): void {
    parseSqliteOptions(config);
  }

  /** All 0 before the first use. */
  get usage(): SqliteUsage {
    return this.#connection?.writes.usage ?? { waiting: 0, transactions: 0, collisions: 0 };
  }

  /** Opens the file and makes the table. Happens by itself before the first use. */
  async open(): Promise<void> {
    await this.#connect();
  }

  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.#use(({ table }) => whenFree(() => table.load(id, this.#now())));
  }

  override create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    return this.#write(({ table }) => table.create({ id, text, deadline }, this.#now()));
  }

  override replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    return this.#write(({ table }) => table.replace({ id, text, deadline }, etag, this.#now()));
  }

  override touch(id: string, deadline: number): Promise<void> {
    return this.#write(({ table }) => table.touch(id, deadline, this.#now()));
  }

  override end(id: string, reason: EndReason): Promise<boolean> {
    return this.#write(({ table }) => table.end(id, reason, this.#now()));
  }

  /** The whole admission is one transaction, so that processes cannot come between each other. */
  admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    return this.#write(({ principals }) => principals.admit(write, admission, this.#now()));
  }

  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]> {
    return this.#use(({ principals }) => whenFree(() => principals.sessionsOf(principal, this.#now())));
  }

  endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    return this.#write(({ principals }) =>
      principals.endSessionsOf(principal, { reason, except }, this.#now()),
    );
  }

  /** Begins the next generation; the sweep removes the rows of those before. */
  endEverything(): Promise<void> {
    return this.#write(({ table }) => table.endEverything());
  }

  /** Removes up to `limit` rows in small transactions, between which other work goes on; each is told of once it is committed. */
  async sweep(limit: number, onExpired?: OnExpired): Promise<number> {
    for (let removed = 0; ;) {
      const step = Math.min(SWEEP_STEP, limit - removed);
      const { count, expired } = await this.#write(({ table }) => table.sweep(step, this.#now()));
      for (const { id, text, deadline } of expired) onExpired?.(id, { text, deadline });
      removed += count;
      if (count < step || removed >= limit) return removed;
      await nextTurn();
    }
  }

  /** Rejects when the table cannot be read. */
  async health(): Promise<void> {
    await this.load('');
  }

  /** Waits for the writes under way and closes the file; a database that was passed in stays open. */
  async close(): Promise<void> {
    const connection = await this.#opening?.catch(() => undefined);
    this.#connection = undefined;
    this.#opening = Promise.reject(new Error('The provider is closed.'));
    this.#opening.catch(() => undefined);
    if (!connection) return;
    await connection.writes.idle();
    if (!this.#options.database) connection.database.close();
  }

  #now(): number {
    return this.context.clock.now();
  }

  #write<T>(write: (file: OpenFile) => T): Promise<T> {
    return Promise.resolve(this.#use((connection) => connection.writes.run(() => write(connection))));
  }

  #use<T>(task: (connection: Connection) => MaybePromise<T>): MaybePromise<T> {
    return this.#connection ? task(this.#connection) : this.#connect().then(task);
  }

  #connect(): Promise<Connection> {
    this.#opening ??= openFile(this.#path, this.#options).then(
      (file) => (this.#connection = { ...file, writes: new WriteBatches(file.database) }),
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }
}
