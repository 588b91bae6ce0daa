import { describe, expect, it } from '@jest/globals';
import { Keyv } from 'keyv';
import { asAtomicStore } from '../../../../lib/providers/four-method/as-atomic-store.js';
import { lawsNotHeld } from '../../../../lib/providers/four-method/laws-not-held.js';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import { fromKeyv, type KeyvStore } from '../../../../lib/providers/keyv/index.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { FakeClock } from '../../../../lib/testing/index.js';
import { OddAdapter } from '../../../support/odd-keyv-adapters.js';
import { sampleRecord } from '../../../support/sample-record.js';
import { thrownBy } from '../../../support/thrown-by.js';

const ID = 'a-session-of-22-letters';
const IDLE = 600_000;

describe('sessions in a Keyv', () => {
  it.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('at %p ms from the deadline are there: %p, whatever the adapter keeps', async (offset, found) => {
    const clock = new FakeClock();
    const provider = fromKeyv(new Keyv(new OddAdapter()), { clock });
    const deadline = clock.now() + IDLE;
    await provider.create(ID, sampleRecord(), deadline);
    clock.set(deadline + offset);
    expect((await provider.load(ID)) !== undefined).toBe(found);
  });

  it('are given a time to live with every write, which outlasts the deadline by the window', async () => {
    const [clock, adapter] = [new FakeClock(), new OddAdapter()];
    const provider = fromKeyv(new Keyv(adapter, { ttl: 1 }), { clock });
    const [deadline, text] = [clock.now() + IDLE, sampleRecord()];
    await provider.create(ID, text, deadline);
    await provider.replace(ID, etagOf(text), sampleRecord(), deadline + 1);
    await provider.touch(ID, deadline + 2);
    const life = IDLE + IN_FLIGHT_WINDOW_MS;
    expect(adapter.ttls).toEqual([life, life + 1, life + 2]);
  });

  it('stand in the namespace of the Keyv', async () => {
    const [clock, adapter] = [new FakeClock(), new OddAdapter()];
    const [shop, forum] = ['shop', 'forum'].map((namespace) =>
      fromKeyv(new Keyv(adapter, { namespace }), { clock }),
    );
    await shop?.create(ID, sampleRecord(), clock.now() + IDLE);
    expect([...adapter.entries.keys()]).toEqual([`shop:${ID}`]);
    expect(await forum?.load(ID)).toBeUndefined();
  });

  it.each<[string, ConstructorParameters<typeof Keyv>[0]]>([
    ['as they are', { serialize: undefined as never, deserialize: undefined as never }],
    ['in a Map of the app', { store: new Map() }],
  ])('may be kept %s, and share no reference', async (_, options) => {
    const clock = new FakeClock();
    const provider = fromKeyv(new Keyv(options), { clock });
    const [text, deadline] = [sampleRecord({ values: { cart: ['tea'] } }), clock.now() + IDLE];
    await provider.create(ID, text, deadline);
    const loaded = await provider.load(ID);
    Object.assign(loaded ?? {}, { text: 'spoiled' });
    expect(await provider.load(ID)).toEqual({ text, deadline });
  });

  it('leave alone what the app keeps in the same Keyv', async () => {
    const keyv = new Keyv();
    await keyv.set(ID, { cached: true });
    const provider = fromKeyv(keyv);
    expect(await provider.load(ID)).toBeUndefined();
    expect(await provider.create(ID, sampleRecord(), Date.now() + IDLE)).toBe('exists');
    expect(await provider.end(ID)).toBe(false);
    expect(await keyv.get(ID)).toEqual({ cached: true });
  });
});

describe('fromKeyv', () => {
  class BeforeGetRaw {
    get() {}
    set() {}
    delete() {}
    on() {}
  }

  it.each<[string, unknown, string]>([
    ['an adapter', new Map(), 'Map without getRaw, on'],
    ['a Keyv before 5.5', new BeforeGetRaw(), 'BeforeGetRaw without getRaw'],
    ['nothing', null, 'null without getRaw, set, delete, on'],
    ['a Keyv that hides its errors', new Keyv({ emitErrors: false }), 'remove emitErrors'],
  ])('refuses %s', (_, keyv, expected) => {
    const error = thrownBy(() => fromKeyv(keyv as KeyvStore));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(expected) });
  });

  it('makes a provider that is wrapped no further, and whose laws the line at boot names', () => {
    const provider = fromKeyv(new Keyv());
    expect(asAtomicStore(provider)).toBe(provider);
    expect(lawsNotHeld(provider)).toMatch(
      /^KeyvSessionProvider bridges .*\bC2, C3\b.*\. See docs\/providers\/bridges\.md\.$/,
    );
  });

  it('makes one with the four methods of the chapter', async () => {
    const provider = fromKeyv(new Keyv());
    const token = await provider.createSession();
    await provider.updateSession(token, { theme: 'dark' });
    expect(await provider.getSession(token)).toEqual({ theme: 'dark' });
    await provider.invalidateSession(token);
    expect(await provider.getSession(token)).toBeUndefined();
  });
});
