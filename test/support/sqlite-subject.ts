import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { openDatabase, type SqliteDatabase } from '../../lib/providers/sqlite/sqlite-database.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { folderWith } from './temporary-folder.js';

/** Subjects on one file, each of two processes with a connection each. */
export class SqliteSubjects {
  private constructor(
    private readonly file: string,
    private readonly databases: readonly SqliteDatabase[],
  ) {}

  static async onNewFile(): Promise<SqliteSubjects> {
    const file = join(folderWith({}), 'sessions.db');
    return new SqliteSubjects(file, [await openDatabase(file), await openDatabase(file)]);
  }

  make(): Subject {
    const clock = new FakeClock();
    const [store, elsewhere] = this.databases.map(
      (database) => new SqliteSessionProvider({ database }, { clock }),
    );
    if (!store || !elsewhere) throw new Error('There are two databases.');
    return new Subject({
      store,
      elsewhere,
      clock,
      dump: () => this.#dump(),
      capabilities: ['clock', 'opaque'],
      policy: { operationTimeout: 20_000 },
    });
  }

  close(): void {
    for (const database of this.databases) database.close();
  }

  /** The bytes of the file and of its log. */
  #dump(): string {
    return [this.file, `${this.file}-wal`].map((path) => readFileSync(path, 'latin1')).join('\n');
  }
}
