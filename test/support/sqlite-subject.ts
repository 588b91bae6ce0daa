import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { openDatabase, type SqliteDatabase } from '../../lib/providers/sqlite/sqlite-database.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';

/** Subjects on one file, each of two processes with a connection each. */
export class SqliteSubjects {
  private constructor(
    private readonly folder: string,
    private readonly databases: readonly [SqliteDatabase, SqliteDatabase],
  ) {}

  /** The file is gone once they are closed. */
  static async onNewFile(): Promise<SqliteSubjects> {
    const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
    const file = join(folder, FILE);
    return new SqliteSubjects(folder, [await openDatabase(file), await openDatabase(file)]);
  }

  /** Of the library that the driver brings along. */
  get version(): string {
    const row = this.databases[0].prepare('SELECT sqlite_version() AS version').get({});
    return (row as { readonly version: string }).version;
  }

  make(): Subject {
    const clock = new FakeClock();
    const [store, elsewhere] = this.databases.map(
      (database) => new SqliteSessionProvider({ database }, { clock }),
    ) as [SqliteSessionProvider, SqliteSessionProvider];
    return new Subject({
      store,
      elsewhere,
      clock,
      dump: () => this.#dump(),
      capabilities: ['clock', 'opaque', 'principals', 'everything'],
      policy: { operationTimeout: 20_000 },
      close: () => this.#clear(store),
    });
  }

  /** Law P1 wants to know exactly whose sessions there are. */
  async #clear(store: SqliteSessionProvider): Promise<void> {
    await store.open();
    this.databases[0].exec('DELETE FROM nestjs_sessions');
  }

  close(): void {
    for (const database of this.databases) database.close();
    rmSync(this.folder, { recursive: true });
  }

  /** The bytes of the file and of its log. */
  #dump(): string {
    return [FILE, `${FILE}-wal`].map((name) => readFileSync(join(this.folder, name), 'latin1')).join('\n');
  }
}

const FILE = 'sessions.db';
