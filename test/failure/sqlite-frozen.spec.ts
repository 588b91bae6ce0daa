import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { HoldTask } from '../support/processes/hold.js';
import { until } from '../support/servers/until.js';
import { folderWith } from '../support/temporary-folder.js';
import { rejectionOf } from '../support/thrown-by.js';

const MINUTE_MS = 60_000;
const OPERATION_TIMEOUT_MS = 400;

describe('another process that is stopped in the middle of a write', () => {
  it(
    'costs who writes the deadline and no more, who reads nothing, and is forgotten once it is killed',
    async () => {
      const file = join(folderWith({}), 'sessions.db');
      const clock = new FakeClock();
      const store = new SqliteSessionProvider({ file }, { clock });
      const subject = new Subject({ clock, store, policy: { operationTimeout: OPERATION_TIMEOUT_MS } });
      const { token } = await subject.begin({ a: 1 });
      const request = await subject.open(token);
      request.session.set('a', 2);
      const task: HoldTask = { file };
      const other = ChildProgram.start('hold.ts', task);
      await other.printed(1);
      other.freeze();
      const began = performance.now();
      const errors = await Promise.all([rejectionOf(request.finish()), rejectionOf(subject.begin({ a: 1 }))]);
      expect(performance.now() - began).toBeLessThan(2 * OPERATION_TIMEOUT_MS);
      for (const error of errors) expect(error).toMatchObject({ code: 'STORE_TIMEOUT', statusCode: 503 });
      expect(await subject.read(token)).toEqual({ a: 1 });
      await other.kill();
      await until(
        () =>
          subject.begin({ a: 1 }).then(
            () => true,
            () => false,
          ),
        MINUTE_MS / 6,
      );
      expect([{ a: 1 }, { a: 2 }]).toContainEqual(await subject.read(token));
      await store.close();
    },
    MINUTE_MS,
  );
});
