import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../lib/credentials/nonce.js';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { asAtomicStore } from '../../lib/providers/four-method/as-atomic-store.js';
import { RecordSeal } from '../../lib/providers/sealed/record-seal.js';
import { sealedStore } from '../../lib/providers/sealed/sealed-store.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';
import { folderWith } from '../support/temporary-folder.js';

const CANARIES = /canary-\w+/g;

/** Sessions that have gone through what sessions go through, with a canary in each value and each key. */
async function lives(subject: Subject): Promise<void> {
  for (let count = 0; count < 10; count++) {
    const { id, token } = await subject.begin({
      'canary-key': ['canary-text'],
      cart: { tea: 'canary-deep' },
    });
    const request = await subject.open(token);
    await request.session.regenerate({ keep: 'all' });
    await request.session.update('cart', () => 'canary-update');
    await request.finish();
    if (count % 3 === 0) await subject.here.manager.end(id, 'invalidated');
    expect(await subject.read(request.session.token ?? '')).toEqual(
      count % 3 === 0 ? undefined : { 'canary-key': ['canary-text'], cart: 'canary-update' },
    );
  }
}

/** The bytes of a database and of its log, after all that. */
async function stolenFile(key: string | undefined): Promise<string> {
  const clock = new FakeClock();
  const file = join(folderWith({}), 'sessions.db');
  const provider = new SqliteSessionProvider({ file }, { clock });
  const store = key === undefined ? provider : sealedStore(provider, new RecordSeal([key]));
  await lives(new Subject({ store, clock, policy: { operationTimeout: 20_000 } }));
  const bytes = [file, `${file}-wal`].map((path) => readFileSync(path, 'latin1')).join('\n');
  await provider.close();
  return bytes;
}

/** All that a class of four methods was given. */
async function stolenDictionary(key: string | undefined): Promise<string> {
  const clock = new FakeClock();
  const provider = new NaiveSessionProvider();
  const store = asAtomicStore(provider, clock);
  const sealed = key === undefined ? store : sealedStore(store, new RecordSeal([key]));
  await lives(new Subject({ store: sealed, clock }));
  return JSON.stringify([...provider.sessions]);
}

describe.each([
  ['a stolen SQLite file with its log', stolenFile],
  ['the dictionary of a class of four methods', stolenDictionary],
])('%s', (_, steal) => {
  it('holds no value, no key of one, and no key that seals', async () => {
    const key = newNonce();
    const bytes = await steal(key);
    expect(bytes).toContain('v1.');
    expect(bytes.match(CANARIES)).toBeNull();
    expect(bytes).not.toContain(key);
  });

  it('would hold them, if they were not sealed', async () => {
    expect(new Set((await steal(undefined)).match(CANARIES))).toContain('canary-text');
  });
});
