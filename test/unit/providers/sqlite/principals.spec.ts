import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../../../lib/providers/sqlite/index.js';
import { openDatabase, type SqliteDatabase } from '../../../../lib/providers/sqlite/sqlite-database.js';
import { FakeClock } from '../../../../lib/testing/index.js';
import { checkPrincipalPrograms } from '../../../support/principal-programs.js';
import { folderWith } from '../../../support/temporary-folder.js';

describe('principals in a file', () => {
  let databases: SqliteDatabase[];
  beforeAll(async () => {
    const file = join(folderWith({}), 'sessions.db');
    databases = [await openDatabase(file), await openDatabase(file)];
  });
  afterAll(() => databases.forEach((database) => database.close()));

  it('have the sessions that the model says, after any program of two processes', async () => {
    const failure = await checkPrincipalPrograms(100, () => {
      const clock = new FakeClock();
      const [store, elsewhere] = databases.map(
        (database) => new SqliteSessionProvider({ database }, { clock }),
      ) as [SqliteSessionProvider, SqliteSessionProvider];
      return { clock, store, elsewhere };
    });
    expect(failure).toBeUndefined();
  }, 60_000);
});
