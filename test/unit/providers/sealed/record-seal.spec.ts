import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../../../lib/credentials/nonce.js';
import { newSessionId } from '../../../../lib/credentials/token.js';
import { RecordSeal } from '../../../../lib/providers/sealed/record-seal.js';
import { etagOf, principalOf } from '../../../../lib/record/record-text.js';
import { sampleRecord } from '../../../support/sample-record.js';

const [first, second] = [newNonce(), newNonce()];
const id = newSessionId();
const text = sampleRecord({ principal: 'ada', values: { cart: ['tea', '茶'], note: 'canary' } });
const seal = new RecordSeal([first]);

describe('the seal of a record', () => {
  it('is broken by whoever has the key, and the text is as it was', () => {
    expect(seal.open(id, seal.seal(id, text))).toBe(text);
  });

  it('leaves the first line to the store, and hides the others in one more', () => {
    const sealed = seal.seal(id, text);
    expect(etagOf(sealed)).toBe(etagOf(text));
    expect(principalOf(sealed)).toBe('ada');
    expect(sealed).toMatch(/^[^\n]+\nv1\.[\w-]{8}\.[\w-]+$/);
    expect(sealed).not.toMatch(/canary|cart|note/);
  });

  it.each([
    ['empty', ''],
    ['shorter than an etag', 'short'],
    ['without a second line', 'a text without a second line'],
    ['with empty lines', '\n\n\n'],
    ['without values', sampleRecord()],
    ['that is sealed already', seal.seal(id, text)],
  ])('holds any text: %s', (_, any) => {
    expect(seal.open(id, seal.seal(id, any))).toBe(any);
  });

  it('costs a third of the values, and 67 characters', () => {
    const [small, large] = [10_000, 40_000].map((length) => {
      const record = sampleRecord({ values: { a: 'a'.repeat(length) } });
      return seal.seal(id, record).length - record.length;
    });
    expect((large ?? 0) - (small ?? 0)).toBe(10_000);
    expect(seal.seal(id, 'a'.repeat(12)).length).toBe(12 + 67);
  });

  it('prints nothing of its keys', () => {
    expect(inspect(seal, { depth: 9, showHidden: true })).not.toContain(first);
    expect(JSON.stringify(seal)).toBe('{}');
  });
});

describe('a ring of keys', () => {
  const [older, both, newer] = [[first], [second, first], [second]].map((keys) => new RecordSeal(keys)) as [
    RecordSeal,
    RecordSeal,
    RecordSeal,
  ];

  it('opens what any of its keys has sealed', () => {
    expect(both.open(id, older.seal(id, text))).toBe(text);
    expect(both.open(id, newer.seal(id, text))).toBe(text);
  });

  it('seals with the first', () => {
    expect(newer.open(id, both.seal(id, text))).toBe(text);
    expect(older.open(id, both.seal(id, text))).toBeUndefined();
  });

  it('opens nothing of a key that was taken out', () => {
    expect(newer.open(id, older.seal(id, text))).toBeUndefined();
  });

  it('names a key in every sealed text by what does not give it away', () => {
    const name = (sealed: string): string | undefined => sealed.split('\n')[1]?.split('.')[1];
    expect(name(older.seal(id, text))).toBe(name(older.seal(id, text)));
    expect(name(older.seal(id, text))).not.toBe(name(newer.seal(id, text)));
    expect(first).not.toContain(name(older.seal(id, text)));
  });
});
