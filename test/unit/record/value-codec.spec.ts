import { describe, expect, it } from '@jest/globals';
import * as devalue from 'devalue';
import fc from 'fast-check';
import type { SessionError } from '../../../lib/errors/session-error.js';
import { devalueCodec } from '../../../lib/record/devalue-codec.js';
import { decodeValue, encodeValue } from '../../../lib/record/value.js';
import { type ValueCodec, valueOfLine } from '../../../lib/record/value-codec.js';
import { codedValues, illegalValues, legalValues } from '../../../lib/testing/laws/sample-values.js';
import { thrownBy } from '../../support/thrown-by.js';

const codec = devalueCodec(devalue);
const RULES = { size: 1000, keys: 10, depth: 32, codec };
const PLAIN = { size: 1000, keys: 10, depth: 32 };

const line = (value: unknown): string => encodeValue('key', value, RULES);
const roundTrip = (value: unknown): unknown => decodeValue(line(value), RULES);

const refusalOf = (value: unknown): SessionError => thrownBy(() => line(value)) as SessionError;

/** A codec of an app: whatever text `write` makes, for the class Money. */
class Money {
  constructor(readonly cents: number) {}
}
const money = (name: string, write: (cents: number) => string): ValueCodec => ({
  name,
  carries: (part) => part instanceof Money,
  stringify: (value) => write((value as Money).cents),
  parse: (text) => new Money(Number(text.match(/\d+/)?.[0])),
});

describe('a value beside a codec', () => {
  it.each(legalValues)('is JSON as without one, wherever JSON carries it: %j', (value) => {
    expect(line(value)).toBe(encodeValue('key', value, PLAIN));
    expect(roundTrip(value)).toEqual(value);
  });

  it.each(codedValues.map(({ value }) => [value]))('comes back as it was: %p', (value) => {
    expect(line(value)).toMatch(/^~devalue[ "]/);
    expect(roundTrip(value)).toEqual(value);
  });

  it('is one line that every store keeps, whatever is in it', () => {
    const any = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.oneof(fc.date({ noInvalidDate: true }), fc.bigInt(), any),
        fc.string({ unit: 'binary' }),
        (part, text) => {
          const value = { part, text, map: new Map([[text, part]]) };
          const outcome = attempt(() => line(value));
          if (outcome === undefined) return;
          expect(outcome).not.toMatch(/[\n\p{Cs}]/u);
          expect(line(decodeValue(outcome, RULES))).toBe(outcome);
        },
      ),
    );
  });

  it('comes back equal, for any date, map, set and bigint', () => {
    const leaf = fc.oneof(
      fc.date({ noInvalidDate: true }),
      fc.bigInt(),
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.constant(null),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.uniqueArray(fc.string()).map((items) => new Set(items)),
        fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(fc.property(value, (each) => expect(roundTrip(each)).toEqual(each)));
  });

  it.each(illegalValues().filter(({ part }) => !codec.carries(part)))(
    'is refused by its path as without one: $what',
    ({ value, path }) => {
      expect(refusalOf({ cart: value, when: new Date(0) }).code).toBe('ILLEGAL_VALUE');
      expect(refusalOf({ cart: value }).message).toContain(`"key.${path}"`);
    },
  );

  it.each([
    ['a subclass of a map', new (class Bag extends Map {})()],
    ['a date with a property', Object.assign(new Date(0), { note: 1 })],
    ['a function in a map', new Map([['pay', () => 1]])],
    ['a class as a key of a map', new Map([[new Money(1), 1]])],
    ['a class in a set', new Set([new Money(1)])],
    ['another type that devalue knows', /tea/],
  ])('is refused where the codec would change or drop it: %s', (_, value) => {
    expect(refusalOf({ value })).toMatchObject({ code: 'ILLEGAL_VALUE' });
  });

  it('is refused, and told by its key, where the package itself refuses it', () => {
    const value: unknown = JSON.parse('{"__proto__":{"admin":true}}');
    expect(refusalOf([value, new Date(0)])).toMatchObject({
      code: 'ILLEGAL_VALUE',
      message: expect.stringContaining('"key"'),
    });
  });

  it('is nested no deeper, and has no more objects, than the limits say', () => {
    const deep = (levels: number): unknown =>
      levels === 0 ? new Date(0) : new Map([['down', deep(levels - 1)]]);
    expect(roundTrip(deep(30))).toEqual(deep(30));
    expect(refusalOf(deep(32))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    let shared: unknown = new Date(0);
    for (let level = 0; level < 12; level++) shared = [shared, shared];
    expect(refusalOf(shared)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('the line of a codec', () => {
  it('tells which codec wrote it, so that no other one reads it', () => {
    const wrote = money('money', (cents) => `${cents} ct`);
    const text = encodeValue('key', new Money(7), { ...PLAIN, codec: wrote });
    expect(text).toBe('~money 7 ct');
    expect(valueOfLine(wrote, text)).toEqual(new Money(7));
    for (const name of ['mone', 'money2', 'devalue'])
      expect(() => valueOfLine(money(name, String), text)).toThrow(SyntaxError);
    expect(() => decodeValue(text)).toThrow(SyntaxError);
  });

  it.each(['two\nlines 7', 'a lone \ud800 7', 'a zero \u0000 7', '7'])('carries any text: %j', (text) => {
    const wrote = money('money', () => text);
    const written = encodeValue('key', new Money(7), { ...PLAIN, codec: wrote });
    expect(written).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(decodeValue(written, { ...PLAIN, codec: wrote })).toEqual(new Money(7));
  });

  it('is never taken for one when a user has set such a text', () => {
    expect(roundTrip('~devalue [["Date","1970-01-01T00:00:00.000Z"]]')).toBe(
      '~devalue [["Date","1970-01-01T00:00:00.000Z"]]',
    );
  });
});

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
