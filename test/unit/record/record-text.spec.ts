import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newMeta, type RecordMeta } from '../../../lib/record/meta.js';
import {
  decodeRecord,
  decodeSegments,
  encodeRecord,
  etagOf,
  newEtag,
  principalOf,
} from '../../../lib/record/record-text.js';
import { legalKeys, legalValues } from '../../../lib/testing/laws/sample-values.js';

const META: RecordMeta = {
  ...newMeta({ digest: 'd'.repeat(43), now: 1000, idleTimeout: 60, absoluteTimeout: 600 }),
  principal: 'ada\n"1"',
};

const anyKey = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...legalKeys));
const anyValue = fc.oneof(fc.jsonValue(), fc.constantFrom(...legalValues));
const anyValues = fc.uniqueArray(fc.tuple(anyKey, anyValue), { selector: ([key]) => key });

const segmentsOf = (values: readonly (readonly [string, unknown])[]): Map<string, string> =>
  new Map(values.map(([key, value]) => [key, JSON.stringify(value)]));

describe('the text of a record', () => {
  it('carries any keys and any JSON, in their order', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const segments = segmentsOf(values);
        const etag = newEtag();
        const record = decodeRecord(encodeRecord(etag, META, segments));
        expect(record).toMatchObject({ etag, meta: META });
        expect([...(decodeSegments(record?.body ?? '') ?? [])]).toEqual([...segments]);
      }),
      { numRuns: 500 },
    );
  });

  it('carries lone surrogates unharmed through UTF-8', () => {
    const segments = segmentsOf([['\ud800', '\udfff']]);
    const stored = Buffer.from(encodeRecord(newEtag(), META, segments), 'utf8').toString('utf8');
    expect(decodeSegments(decodeRecord(stored)?.body ?? '')).toEqual(segments);
  });

  it('begins with its etag', () => {
    expect(etagOf(encodeRecord('abcdefghijkl', META, new Map()))).toBe('abcdefghijkl');
  });

  it('tells whose session it is without a value being parsed', () => {
    expect(principalOf(encodeRecord(newEtag(), META, new Map([['a', 'no JSON']])))).toBe('ada\n"1"');
    expect(principalOf('noise')).toBeNull();
  });

  it('is a record or none, whatever the text is, and never throws', () => {
    const healthy = encodeRecord(newEtag(), META, segmentsOf([['key', { a: 1 }]]));
    const damaged = fc
      .tuple(fc.nat(healthy.length), fc.nat(20), fc.string())
      .map(([at, length, noise]) => healthy.slice(0, at) + noise + healthy.slice(at + length));
    fc.assert(
      fc.property(fc.oneof(fc.string(), damaged), (text) => {
        decodeSegments(decodeRecord(text)?.body ?? text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['cut off in a value', '"a"\n1'],
    ['cut off after a key', '"a"\n'],
    ['cut off in a key', '"a'],
    ['with a key that is no string', 'a\n1\n'],
    ['with a number as a key', '1\n1\n'],
    ['with a broken escape', '"\\x"\n1\n'],
    ['with a key that is two', '"a","b"\\\n1\n'],
    ['with an empty line', '\n\n'],
  ])('has no values when its body is %s', (_, body) => {
    expect(decodeSegments(body)).toBeUndefined();
  });
});

describe('a new etag', () => {
  it('has twelve characters and never comes twice', () => {
    const etags = Array.from({ length: 1000 }, newEtag);
    expect(new Set(etags).size).toBe(1000);
    expect(etags.filter((etag) => !/^[\w-]{12}$/.test(etag))).toEqual([]);
  });
});
