import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  changesTo,
  innerOf,
  type InnerRecord,
  METADATA_KEY,
  readInner,
  storedOf,
} from '../../../../lib/providers/four-method/inner-record.js';
import { sampleRecord, valuesIn } from '../../../support/sample-record.js';

const inner = (values: Record<string, unknown>, deadline = 1000): InnerRecord => {
  const parts = innerOf({ text: sampleRecord({ values }), deadline });
  if (!parts) throw new Error('The sample is no record.');
  return parts;
};

const written = (values: Record<string, unknown>): Record<string, unknown> =>
  changesTo(inner(values), new Map());

describe('a record inside a class of four methods', () => {
  it('comes back as the text that was written', () => {
    const stored = {
      text: sampleRecord({ principal: 'somebody', values: { a: 1, b: null, 'c.d': ['é', ''] } }),
      deadline: 17,
    };
    const parts = innerOf(stored);
    const read = readInner(parts && changesTo(parts, new Map()));
    expect(read && storedOf(read)).toEqual(stored);
  });

  it('keeps sealed values in the metadata, and takes nothing beside them for values', () => {
    const [head = ''] = sampleRecord().split('\n');
    const stored = { text: `${head}\nv1.AAAAAAAA.c2VhbGVk`, deadline: 17 };
    const parts = innerOf(stored);
    const changes = parts && changesTo(parts, new Map());
    expect(Object.keys(changes ?? {})).toEqual([METADATA_KEY]);
    const read = readInner({ ...changes, planted: 1 });
    expect(read && storedOf(read)).toEqual(stored);
  });

  it('keeps the lines of a codec in the metadata, also when a value becomes one or is one no more', () => {
    const line = '~devalue [["Date","1970-01-01T00:00:00.000Z"]]';
    const plain = inner({ a: '~text', b: 1 });
    const coded = { ...plain, segments: new Map([...plain.segments, ['b', line], ['__proto__', line]]) };
    const changes = changesTo(coded, plain.segments);
    expect(Object.entries(changes).filter(([key]) => key !== METADATA_KEY)).toEqual([['b', undefined]]);
    const read = readInner({ a: '~text', ...changes });
    expect(read?.segments).toEqual(coded.segments);
    expect(changesTo(plain, coded.segments)).toEqual({ b: 1, [METADATA_KEY]: expect.anything() });
  });

  it.each([['text'], [[['key']]], [[['key', 1]]]])(
    'is foreign when its metadata holds lines like %j',
    (coded) => {
      const { [METADATA_KEY]: metadata } = written({});
      expect(readInner({ [METADATA_KEY]: { ...(metadata as object), coded } })).toBeUndefined();
    },
  );

  it('carries any key and any JSON value', () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', '__session', '~__session', '~~__proto__', 'toString', ''),
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (values) => {
        const read = readInner(written(values));
        expect(valuesIn(read && storedOf(read).text)).toEqual(valuesIn(sampleRecord({ values })));
      }),
    );
  });

  it('keeps a key named __session of the user apart from its own', () => {
    const values = written({ [METADATA_KEY]: 'mine', [`~${METADATA_KEY}`]: 'mine, too' });
    expect(values).toMatchObject({ [`~${METADATA_KEY}`]: 'mine', [`~~${METADATA_KEY}`]: 'mine, too' });
    expect(values[METADATA_KEY]).toHaveProperty('etag');
  });

  it('survives a class that copies key by key, __proto__ included', () => {
    const values = Object.fromEntries([['__proto__', { admin: true }]]);
    const copy: Record<string, unknown> = Object.assign({}, written(values));
    expect(copy['admin']).toBeUndefined();
    const read = readInner(copy);
    expect(read && valuesIn(storedOf(read).text)).toEqual(values);
  });

  it('names only the changed keys, the removed ones as undefined, and the metadata last', () => {
    const before = inner({ kept: 1, changed: { n: 1 }, removed: true });
    const changes = changesTo(inner({ kept: 1, changed: { n: 2 }, added: null }), before.segments);
    expect(Object.entries(changes)).toEqual([
      ['removed', undefined],
      ['changed', { n: 2 }],
      ['added', null],
      [METADATA_KEY, expect.objectContaining({ deadline: 1000 })],
    ]);
  });

  it('counts a key that holds undefined as removed', () => {
    const read = readInner({ ...written({ a: 1 }), a: undefined });
    expect([...(read?.segments.keys() ?? [])]).toEqual([]);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  it.each<[string, unknown]>([
    ['no session', undefined],
    ['null', null],
    ['a text', 'session'],
    ['an empty session', {}],
    ['values without our metadata', { a: 1 }],
    ['foreign metadata', { [METADATA_KEY]: 'theirs' }],
    ['metadata with a part missing', { [METADATA_KEY]: { etag: 'e', meta: '[]' } }],
    ['damaged metadata', { [METADATA_KEY]: { etag: 'e', meta: '[99]', deadline: 5 } }],
    ['a big integer', { ...written({}), n: 1n }],
    ['a cycle', { ...written({}), cycle }],
  ])('counts as absent: %s', (_, values) => {
    expect(readInner(values)).toBeUndefined();
  });
});
