import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Admission } from '../../lib/providers/atomic-session-store.js';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { ManyLoginsTask } from '../support/processes/many-logins.js';
import { folderWith } from '../support/temporary-folder.js';

const MINUTE_MS = 60_000;
const LOGINS = 200;
const ADMISSION = { principal: 'ada', limit: 10 };

let store: SqliteSessionProvider;
afterEach(() => store.close());

/** Lets two processes log in at the same time, and answers the most live sessions that were ever seen, and how many are left. */
async function logInFromTwo(
  whenFull: Admission['whenFull'],
  limitKeptBy: ManyLoginsTask['limitKeptBy'],
): Promise<{ readonly most: number; readonly left: number }> {
  const file = join(folderWith({}), 'sessions.db');
  const clock = new FakeClock();
  store = new SqliteSessionProvider({ file }, { clock });
  const admission = { ...ADMISSION, whenFull };
  const task: ManyLoginsTask = { sqlite: { file }, now: clock.now(), admission, times: LOGINS, limitKeptBy };
  const apps = [ChildProgram.start('many-logins.ts', task), ChildProgram.start('many-logins.ts', task)];
  let [most, isRunning] = [0, true];
  const ended = Promise.all(apps.map((app) => app.finished())).finally(() => (isRunning = false));
  const count = async (): Promise<number> => (await store.sessionsOf('ada')).length;
  for (; isRunning; await new Promise(setImmediate)) most = Math.max(most, await count());
  await ended;
  return { most, left: await count() };
}

describe('two processes that log in to one file', () => {
  it.each(['reject', 'evict-oldest'] as const)(
    'never have more sessions of a principal than its limit: %s',
    async (whenFull) => {
      expect(await logInFromTwo(whenFull, 'store')).toEqual({ most: 10, left: 10 });
    },
    2 * MINUTE_MS,
  );

  it(
    'have more when the limit is looked at first and kept afterwards',
    async () => {
      expect((await logInFromTwo('reject', 'client')).most).toBeGreaterThan(10);
    },
    2 * MINUTE_MS,
  );
});
