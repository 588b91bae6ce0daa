import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { PrincipalDesk } from '../support/principal-desk.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { ManyLoginsTask } from '../support/processes/many-logins.js';
import { folderWith } from '../support/temporary-folder.js';

const MINUTE_MS = 60_000;
/** BEGIN, the others of the principal, the row, the end of the oldest, its new owner, COMMIT. */
const STATEMENTS = 6;

let store: SqliteSessionProvider;
afterEach(() => store.close());

describe('an app that dies in the middle of a login', () => {
  it(
    'leaves the sessions before it or after it, at every statement',
    async () => {
      const file = join(folderWith({}), 'sessions.db');
      const clock = new FakeClock();
      store = new SqliteSessionProvider({ file }, { clock });
      const desk = new PrincipalDesk({ store, clock });
      const admission = { principal: desk.ada, limit: 1, whenFull: 'evict-oldest' } as const;
      await desk.login(admission);
      for (let before = 0; before <= STATEMENTS; before++) {
        const prior = await desk.idsOf();
        clock.advance(1);
        const task: ManyLoginsTask = {
          sqlite: { file },
          now: clock.now(),
          admission,
          times: 1,
          limitKeptBy: 'store',
          before,
        };
        const app = ChildProgram.start('many-logins.ts', task);
        expect((await app.ended).signal).toBe('SIGKILL');
        const isCommitted = before === STATEMENTS;
        expect(await desk.idsOf()).toEqual(isCommitted ? app.lines.slice(0, 1) : prior);
        expect((await store.load(prior[0] ?? '')) === undefined).toBe(isCommitted);
      }
    },
    2 * MINUTE_MS,
  );
});
