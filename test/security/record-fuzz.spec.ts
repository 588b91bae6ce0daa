import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeRecord } from '../../lib/record/record-text.js';
import { FakeClock, PlainStore, Subject } from '../../lib/testing/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const VALUES = {
  user: 'ada',
  cart: [{ id: 7, qty: 2 }],
  note: 'ключ – 鍵',
  flags: { beta: true, none: null },
};

/** What may happen to a record on a disk, on a wire, or at the hands of somebody who can write to the store. */
type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'put'; readonly at: number; readonly text: string };

const anyPlace = fc.nat({ max: 600 });

const anyDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: anyPlace, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: anyPlace, length: fc.integer({ min: 1, max: 60 }) }),
  fc.record({
    kind: fc.constant('put' as const),
    at: anyPlace,
    text: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('\n', '"__proto__"\n{"admin":1}\n', '\u0000', '[', '9'.repeat(30), '"user"\n"eve"\n'),
    ),
  }),
);

function damaged(text: string, damage: Damage): string {
  const bytes = Buffer.from(text);
  const at = damage.at % bytes.length;
  if (damage.kind === 'flip') {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << damage.bit);
    return bytes.toString();
  }
  const [put, cut] = damage.kind === 'put' ? [damage.text, 0] : ['', damage.length];
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + cut)]).toString();
}

/** A store whose records can be damaged behind everybody's back. */
class DamagedStore extends PlainStore {
  damage(id: string, damages: readonly Damage[]): void {
    const record = this.records.get(id);
    if (record) this.records.set(id, { ...record, text: damages.reduce(damaged, record.text) });
  }

  textOf(id: string): string {
    return this.records.get(id)?.text ?? '';
  }
}

function makeSubject(): { readonly subject: Subject; readonly store: DamagedStore } {
  const clock = new FakeClock();
  const store = new DamagedStore(clock);
  return { subject: new Subject({ clock, store }), store };
}

describe('a stored record that was damaged', () => {
  it('is a session, or none; no request fails by it, and the next one can log in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDamage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const { subject, store } = makeSubject();
        const { id, token } = await subject.begin(VALUES);
        store.damage(id, damages);
        const request = await subject.open(token);
        request.session.toObject();
        [...request.session.keys()].forEach((key) => request.session.get(key));
        await request.finish();
        const next = await subject.open(token);
        await next.session.login('ada');
        expect(await subject.read(next.session.token ?? '')).toEqual({});
        expect(({} as { admin?: unknown }).admin).toBeUndefined();
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  it('is told of when it cannot be read', async () => {
    const { subject, store } = makeSubject();
    const { id, token } = await subject.begin(VALUES);
    store.damage(id, [{ kind: 'cut', at: 14, length: 3 }]);
    const events = await eventsDuring(async () => {
      expect((await subject.open(token)).session.isNew).toBe(true);
    });
    expect(events).toContainEqual({ type: 'corrupt-record', id });
  });

  it('would fail requests if the reader took every line for whole', async () => {
    const careless = (text: string): unknown => JSON.parse(text.slice(12, text.indexOf('\n')));
    const { subject, store } = makeSubject();
    const { id } = await subject.begin(VALUES);
    store.damage(id, [{ kind: 'cut', at: 14, length: 3 }]);
    expect(() => careless(store.textOf(id))).toThrow(SyntaxError);
    expect(decodeRecord(store.textOf(id))).toBeUndefined();
  });
});
