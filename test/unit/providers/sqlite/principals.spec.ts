import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../../../lib/providers/sqlite/index.js';
import { openDatabase, type SqliteDatabase } from '../../../../lib/providers/sqlite/sqlite-database.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';
import { describePrincipals } from '../../../support/describe-principals.js';
import { describeSweep } from '../../../support/describe-sweep.js';
import { PrincipalDesk } from '../../../support/principal-desk.js';
import { checkPrincipalPrograms, type PrincipalScene } from '../../../support/principal-programs.js';
import { folderWith } from '../../../support/temporary-folder.js';

const MINUTE_MS = 60_000;

let here: SqliteDatabase;
let there: SqliteDatabase;
beforeAll(async () => {
  const file = join(folderWith({}), 'sessions.db');
  here = await openDatabase(file);
  there = await openDatabase(file);
});
afterAll(() => {
  here.close();
  there.close();
});

/** Two processes on one file, in which the sessions of other scenes may be. */
function newScene(): PrincipalScene {
  const clock = new FakeClock();
  const [store, elsewhere] = [here, there].map(
    (database) => new SqliteSessionProvider({ database }, { clock }),
  ) as [SqliteSessionProvider, SqliteSessionProvider];
  return { clock, store, elsewhere };
}

/** The same, with no row in it. */
async function newEmptyScene(): Promise<PrincipalScene> {
  const scene = newScene();
  await scene.store.health?.();
  here.exec('DELETE FROM nestjs_sessions');
  return scene;
}

const countRows = (): unknown => here.prepare('SELECT count(*) AS count FROM nestjs_sessions').get({});

describe('SqliteSessionProvider, in two processes', () => {
  describePrincipals(newScene);
  describeSweep(newEmptyScene);

  it(
    'has the sessions that the model says, after any program',
    async () => {
      expect(await checkPrincipalPrograms(200, newScene)).toBeUndefined();
    },
    MINUTE_MS,
  );

  it('ends everything without a touch on any row, and sweeps the rows at once', async () => {
    const scene = await newEmptyScene();
    const desk = new PrincipalDesk(scene);
    await Promise.all(Array.from({ length: 100 }, () => desk.login()));
    await scene.store.endEverything?.();
    expect(countRows()).toMatchObject({ count: 100 });
    const { id } = await desk.visit();
    expect(await scene.store.sweep?.(1000)).toBe(100);
    expect(countRows()).toMatchObject({ count: 1 });
    expect(await scene.store.load(id)).toBeDefined();
  });

  it('keeps the principal of a session in no tombstone', async () => {
    const desk = new PrincipalDesk(await newEmptyScene());
    const { id } = await desk.login();
    await desk.store.end(id, 'invalidated');
    const row = here.prepare('SELECT principal, record FROM nestjs_sessions').get({});
    expect(row).toMatchObject({ principal: null, record: '' });
  });
});
