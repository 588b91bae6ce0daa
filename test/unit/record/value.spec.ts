import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SessionError } from '../../../lib/errors/session-error.js';
import { assertLegalValue, encodeValue } from '../../../lib/record/value.js';
import { illegalValues, legalValues } from '../../../lib/testing/laws/sample-values.js';
import { thrownBy } from '../../support/thrown-by.js';

const LIMITS = { size: 1000, keys: 10, depth: 32 };

const refusalOf = (value: unknown): SessionError =>
  thrownBy(() => assertLegalValue('cart', value, LIMITS)) as SessionError;

describe('a legal value', () => {
  it.each(legalValues)('is one that JSON carries unchanged: %j', (value) => {
    expect(JSON.parse(encodeValue('cart', value, LIMITS))).toEqual(value);
  });

  it('is any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(JSON.parse(encodeValue('cart', value, LIMITS))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('may have properties that are undefined: they count as absent', () => {
    expect(encodeValue('cart', { a: 1, b: undefined }, LIMITS)).toBe('{"a":1}');
  });

  it('may come from another realm or have no prototype', () => {
    expect(encodeValue('cart', runInNewContext('({ a: [1, {}] })'), LIMITS)).toBe('{"a":[1,{}]}');
    expect(encodeValue('cart', Object.assign(Object.create(null) as object, { a: 1 }), LIMITS)).toBe(
      '{"a":1}',
    );
  });

  it('may hold one object in two places', () => {
    const shared = { a: 1 };
    expect(encodeValue('cart', [shared, shared], LIMITS)).toBe('[{"a":1},{"a":1}]');
  });
});

describe('an illegal value', () => {
  it.each(illegalValues())('is refused by its path: $what at $path', ({ value, path }) => {
    expect(refusalOf(value)).toMatchObject({
      code: 'ILLEGAL_VALUE',
      message: expect.stringContaining(`"${path}"`),
    });
  });

  it.each([
    [new Date(0), 'toISOString'],
    [new Map(), 'Object.fromEntries'],
    [new Set(), '[...set]'],
    [1n, 'as a string'],
  ])('is refused with a way out: %p', (value, way) => {
    expect(refusalOf(value).fix).toContain(way);
  });

  it('is never quoted', () => {
    for (const value of [Symbol('canary'), () => 'canary', new Map([['canary', 'canary']]), ['canary', NaN]])
      expect(refusalOf(value).message).not.toContain('canary');
  });

  it('is one that is nested too deep', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect(() => assertLegalValue('a', deep(32), LIMITS)).not.toThrow();
    expect(thrownBy(() => assertLegalValue('a', deep(33), LIMITS))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('"a"'),
    });
    expect(thrownBy(() => assertLegalValue('a', deep(5_000), LIMITS))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });
});
