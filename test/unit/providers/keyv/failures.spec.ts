import { beforeEach, describe, expect, it } from '@jest/globals';
import { Keyv } from 'keyv';
import { fromKeyv, type KeyvSessionProvider } from '../../../../lib/providers/keyv/index.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { eventsDuring, FakeClock, Subject } from '../../../../lib/testing/index.js';
import { FAILURES, OddAdapter, reportingKeyv } from '../../../support/odd-keyv-adapters.js';
import { sampleRecord } from '../../../support/sample-record.js';

const ID = 'a-session-of-22-letters';
const text = sampleRecord({ values: { a: 1 } });

const versions: [string, (adapter: OddAdapter) => Keyv][] = [
  ['5', (adapter) => new Keyv(adapter)],
  ['6', reportingKeyv],
];

let clock: FakeClock;
let deadline: number;
let adapter: OddAdapter;
let provider: KeyvSessionProvider;

describe.each(versions)('a Keyv that fails as version %s does', (_version, makeKeyv) => {
  beforeEach(() => {
    clock = new FakeClock();
    deadline = clock.now() + 600_000;
    adapter = new OddAdapter();
    provider = fromKeyv(makeKeyv(adapter), { clock });
  });

  describe.each(FAILURES)('whose adapter %s', (_what, failure) => {
    beforeEach(() => provider.create(ID, text, deadline));

    it('has failed to read', async () => {
      adapter.next.get = failure(adapter);
      await expect(provider.load(ID)).rejects.toThrow('said no');
      expect(await provider.load(ID)).toEqual({ text, deadline });
    });

    it('has failed to tell whether it works', async () => {
      adapter.next.get = failure(adapter);
      await expect(provider.health()).rejects.toThrow('said no');
    });

    it('has failed to write', async () => {
      adapter.next.set = failure(adapter);
      const commit = provider.replace(ID, etagOf(text), sampleRecord(), deadline);
      await expect(commit).rejects.toThrow('said no');
      expect(await provider.load(ID)).toEqual({ text, deadline });
    });

    it('has failed to end a session, which lives', async () => {
      adapter.next.delete = failure(adapter);
      await expect(provider.end(ID)).rejects.toThrow('said no');
      expect(await provider.load(ID)).toEqual({ text, deadline });
      expect(await provider.end(ID)).toBe(true);
    });
  });

  it('has failed when it answers false to a write and says nothing', async () => {
    adapter.next.set = () => false;
    await expect(provider.create(ID, text, deadline)).rejects.toThrow('did not keep');
  });

  it('has failed when it answers well to an end and the session is still there', async () => {
    await provider.create(ID, text, deadline);
    adapter.next.delete = () => false;
    await expect(provider.end(ID)).rejects.toThrow('did not delete');
  });

  it('may lose a session to another process while it ends', async () => {
    await provider.create(ID, text, deadline);
    adapter.next.delete = (call) => !call();
    expect(await provider.end(ID)).toBe(true);
  });

  it('is believed when it finds a session, whatever is reported meanwhile', async () => {
    await provider.create(ID, text, deadline);
    adapter.next.get = (call) => {
      adapter.emit('error', new Error('Another connection was lost.'));
      return call();
    };
    expect(await provider.load(ID)).toEqual({ text, deadline });
  });

  it('gives a session that it cannot parse back as a corrupt one, with an event', async () => {
    const subject = new Subject({ store: provider, clock });
    const { id, token } = await subject.begin({ a: 1 });
    for (const key of adapter.entries.keys()) adapter.entries.set(key, '{"value":{"__sess');
    const events = await eventsDuring(async () => expect(await subject.read(token)).toBeUndefined());
    expect(events).toContainEqual({ type: 'corrupt-record', id });
  });
});

describe('a Keyv without the bridge', () => {
  const down = new Error('The adapter said no.');

  it('takes an outage for a missing session', async () => {
    const silent = new OddAdapter();
    const keyv = new Keyv(silent);
    await keyv.set(ID, text);
    silent.next.get = () => Promise.reject(down);
    expect(await keyv.get(ID)).toBeUndefined();
  });

  it('takes a lost write for a good one', async () => {
    const silent = new OddAdapter();
    silent.next.set = () => void silent.emit('error', down);
    expect(await new Keyv(silent).set(ID, text)).toBe(true);
    expect(silent.entries.size).toBe(0);
  });
});
