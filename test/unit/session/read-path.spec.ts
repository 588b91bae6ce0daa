import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSessionKey } from '../../../lib/session/read-path.js';

const read = (values: Record<string, unknown>, key: string) =>
  readSessionKey(new Map(Object.entries(values)), key);

describe('a session key', () => {
  it.each([null, false, 0, '', [], {}])('is found with the value %j', (value) => {
    expect(read({ beta: value }, 'beta')).toEqual({ value });
    expect(read({ feature: { beta: value } }, 'feature.beta')).toEqual({ value });
  });

  it('is missing when it is absent or undefined', () => {
    expect(read({}, 'beta')).toBeUndefined();
    expect(read({ beta: undefined }, 'beta')).toBeUndefined();
    expect(read({ feature: { beta: undefined } }, 'feature.beta')).toBeUndefined();
  });

  it('wins literally over a path, also when it holds null or undefined', () => {
    expect(read({ 'a.b': 1, a: { b: 2 } }, 'a.b')).toEqual({ value: 1 });
    expect(read({ 'a.b': null, a: { b: 2 } }, 'a.b')).toEqual({ value: null });
    expect(read({ 'a.b': undefined, a: { b: 2 } }, 'a.b')).toBeUndefined();
  });

  it('may be empty, begin or end with a dot', () => {
    expect(read({ '': 1 }, '')).toEqual({ value: 1 });
    expect(read({ '.a': 1 }, '.a')).toEqual({ value: 1 });
    expect(read({ 'a..b.': 1 }, 'a..b.')).toEqual({ value: 1 });
  });
});

describe('a dotted path', () => {
  it('leads through plain objects, of whatever realm or without a prototype', () => {
    expect(read({ a: { b: { c: { d: 1 } } } }, 'a.b.c.d')).toEqual({ value: 1 });
    expect(read({ a: Object.assign(Object.create(null) as object, { b: 1 }) }, 'a.b')).toEqual({ value: 1 });
    expect(read({ a: runInNewContext('({ b: 1 })') }, 'a.b')).toEqual({ value: 1 });
  });

  it('reads a literal key at the first step only', () => {
    expect(read({ a: { 'b.c': 1 } }, 'a.b.c')).toBeUndefined();
    expect(read({ 'a.b': { c: 1 } }, 'a.b.c')).toBeUndefined();
  });

  it('leads nowhere through null, scalars, arrays and instances', () => {
    const values = {
      a: null,
      b: 'text',
      c: 7,
      d: [1],
      e: new Date(0),
      f: Object.create({ x: 1 }) as unknown,
    };
    for (const key of ['a.x', 'b.length', 'b.0', 'c.x', 'd.0', 'd.length', 'e.x', 'f.x']) {
      expect(read(values, key)).toBeUndefined();
    }
  });

  it('does not read the session beyond its first step', () => {
    const asked: string[] = [];
    const source = { has: (key: string) => asked.push(key) > 1, get: () => ({ b: { c: 1 } }) };
    expect(readSessionKey(source, 'a.b.c')).toEqual({ value: 1 });
    expect(asked).toEqual(['a.b.c', 'a']);
  });

  it('finds what is there and nothing else', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('.'));
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 6 }),
        fc.jsonValue(),
        name,
        (names, value, other) => {
          const [head = '', ...rest] = names;
          const source = new Map([
            [head, rest.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value)],
          ]);
          expect(readSessionKey(source, names.join('.'))).toEqual({ value });
          fc.pre(other !== names.at(-1));
          expect(readSessionKey(source, [...names.slice(0, -1), other].join('.'))).toBeUndefined();
        },
      ),
    );
  });
});
