import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { describeLaws, FakeClock, Subject } from '../../lib/testing/index.js';
import { folderWith } from '../support/temporary-folder.js';

describe('SqliteSessionProvider, opened by two processes', () => {
  describeLaws(
    { describe, it },
    () => {
      const file = join(folderWith({}), 'sessions.db');
      const clock = new FakeClock();
      const [store, elsewhere] = [
        new SqliteSessionProvider({ file }, { clock }),
        new SqliteSessionProvider({ file }, { clock }),
      ];
      const dump = (): string => [file, `${file}-wal`].map((each) => readFileSync(each, 'latin1')).join('\n');
      const close = async (): Promise<void> => void (await Promise.all([store.close(), elsewhere.close()]));
      return new Subject({ store, elsewhere, clock, dump, close, capabilities: ['clock', 'opaque'] });
    },
    { without: { bounded: 'the disk is the bound' } },
  );
});
