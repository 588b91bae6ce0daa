import { describe, expect, it } from '@jest/globals';
import * as devalue from 'devalue';
import { devalueCodec } from '../../lib/record/devalue-codec.js';
import { SessionValues } from '../../lib/session/session-values.js';

const codec = devalueCodec(devalue);
const RULES = { size: 32 * 1024, keys: 256, depth: 32, codec };

/** A line that somebody who can write to the store has put into a record, as a request reads it. */
function read(text: string): { readonly value: unknown; readonly told: readonly string[] } {
  const told: string[] = [];
  const values = new SessionValues(new Map([['key', `~devalue ${text}`]]), RULES, (_, why) => told.push(why));
  const value = values.get('key');
  values.collect();
  return { value, told };
}

const LOST = { value: undefined, told: ['corrupt'] };

/** `[[1],[2],…]`: each list holds the next one. */
const chain = (levels: number): string =>
  JSON.stringify([...Array.from({ length: levels }, (_, n) => [n + 1]), 'bottom']);

/** `[[1,1],[2,2],…]`: short, and 2^levels objects for whoever walks through it. */
const doubling = (levels: number): string =>
  JSON.stringify([...Array.from({ length: levels }, (_, n) => [n + 1, n + 1]), 'bottom']);

describe('A50 a value that somebody wrote for the codec', () => {
  it.each([
    ['a prototype', '[{"__proto__":1},{"admin":2},true]'],
    ['a prototype of an object without one', '[["null","__proto__",1],true]'],
    ['a class of JavaScript that is not carried', '[["RegExp","(a+)+$"]]'],
    ['bytes', '[["Uint8Array","AAAA"]]'],
    ['a boxed value', '[["Object",1],"text"]'],
    ['a type that nobody knows', '[["Error",1],"text"]'],
    ['a cycle', '[[0]]'],
    ['a cycle through a map', '[["Map",1,0],"self"]'],
    ['more levels than this library writes', chain(600)],
    ['more levels than a stack has', chain(100_000)],
    ['a doubling of objects', doubling(40)],
    ['brackets', '['.repeat(100_000)],
    ['a hole', '[[-2]]'],
    ['nothing', ''],
    ['a place that does not exist', '[[7]]'],
    ['not a number', '-3'],
  ])('is lost with an event, and nothing else: %s', (_, text) => {
    expect(read(text)).toEqual(LOST);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('makes nothing but what it says of keys that look like members', () => {
    const { value } = read('[{"constructor":1,"at":2},"own",["Date","1970-01-01T00:00:00.000Z"]]');
    expect(value).toEqual({ constructor: 'own', at: new Date(0) });
  });
});

describe('A50, unprotected', () => {
  it('the package alone makes expressions, cycles and doublings of it', () => {
    expect(devalue.parse('[["RegExp","(a+)+$"]]')).toBeInstanceOf(RegExp);
    const cycle = devalue.parse('[[0]]') as unknown[];
    expect(cycle[0]).toBe(cycle);
    expect(() => JSON.stringify(cycle)).toThrow(TypeError);
    const twice = devalue.parse(doubling(10)) as unknown[];
    expect(JSON.stringify(twice).length).toBeGreaterThan(2 ** 10);
  });
});
