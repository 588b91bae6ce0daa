import { describe, expect, it } from '@jest/globals';
import { readSessionKey } from '../../lib/session/read-path.js';

/** What a careless reader does: split, and follow whatever property there is. */
const careless = (values: Record<string, unknown>, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], values);

const values: Record<string, unknown> = {
  a: { b: 1 },
  list: [{ admin: true }],
  text: 'secret',
  when: new Date(0),
};
const read = (path: string) => readSessionKey(new Map(Object.entries(values)), path);

const REACHING = [
  '__proto__.constructor',
  'a.__proto__',
  'a.__proto__.constructor',
  'a.constructor.prototype',
  'constructor.prototype.toString',
  'a.toString',
  'a.b.toFixed',
  'a.hasOwnProperty',
  'text.length',
  'text.0',
  'list.0',
  'list.0.admin',
  'list.length',
  'when.getTime',
];
const EMPTY_STEPS = ['', '.', '..', 'a..b', '.a.b', 'a.b.', 'a.', '.a'];

describe('A51: a dotted path', () => {
  it.each(REACHING)('%s is missing, where a careless reader reaches something', (path) => {
    expect(read(path)).toBeUndefined();
    expect(careless(values, path)).toBeDefined();
  });

  it.each(EMPTY_STEPS)('"%s", with an empty step, is missing', (path) => {
    expect(read(path)).toBeUndefined();
  });

  it('does not let an empty name stand for an empty step', () => {
    const source = new Map([['a', { '': { b: 1 } }]]);
    expect(readSessionKey(source, 'a..b')).toBeUndefined();
    expect(careless({ a: { '': { b: 1 } } }, 'a..b')).toBe(1);
  });

  it('reads data that is stored under the name of a prototype, as data', () => {
    const source = new Map<string, unknown>([
      ['__proto__', 1],
      ['a', JSON.parse('{ "__proto__": { "admin": true }, "constructor": 2 }')],
    ]);
    expect(readSessionKey(source, '__proto__')).toEqual({ value: 1 });
    expect(readSessionKey(source, 'a.constructor')).toEqual({ value: 2 });
    expect(readSessionKey(source, 'a.__proto__')).toEqual({ value: { admin: true } });
    expect(readSessionKey(source, 'a.admin')).toBeUndefined();
  });

  it('is given up at the first step that leads nowhere, however long it is', () => {
    let reads = 0;
    const counted = new Proxy({}, { getOwnPropertyDescriptor: () => void (reads += 1) });
    const source = new Map([['a', counted]]);
    expect(readSessionKey(source, `a${'.b'.repeat(10_000)}`)).toBeUndefined();
    expect(readSessionKey(source, `a${'.'.repeat(10_000)}`)).toBeUndefined();
    expect(readSessionKey(source, '.'.repeat(10_000))).toBeUndefined();
    expect(reads).toBe(1);
  });
});
