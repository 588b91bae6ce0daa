import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { SmallDisk } from '../support/servers/small-disk.js';

const SMALL_MIB = 2;

/** Beside the tests in sqlite.spec.ts, where SQLite itself is told that there is no more room. */
describeWith(
  'sessions in a file on a disk that is full',
  { name: 'mount of a small file system', found: SmallDisk.make(SMALL_MIB, {}) },
  (disk) => {
    let store: SqliteSessionProvider;
    let subject: Subject;
    beforeAll(async () => {
      const clock = new FakeClock();
      store = new SqliteSessionProvider({ file: join(disk.folder, 'sessions.db') }, { clock });
      await store.open();
      subject = new Subject({ clock, store });
    });
    afterAll(async () => {
      await store.close();
      disk.remove();
    });

    it('refuse what is new with 503, can be read, and work again when there is room', async () => {
      const { token } = await subject.begin({ a: 1 });
      const large = { a: 'x'.repeat(30_000) };
      let refused: unknown;
      for (let tries = 0; tries < 1000 && !refused; tries++) {
        await subject.begin(large).catch((error: unknown) => (refused = error));
      }
      expect(refused).toMatchObject({ code: 'STORE_FAILED', statusCode: 503 });
      expect(await subject.read(token)).toEqual({ a: 1 });
      disk.grow(64);
      const { token: later } = await subject.begin(large);
      expect(await subject.read(later)).toEqual(large);
      expect(await subject.read(token)).toEqual({ a: 1 });
    });
  },
);
