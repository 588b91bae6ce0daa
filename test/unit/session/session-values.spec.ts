import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SessionValues } from '../../../lib/session/session-values.js';

const LIMITS = { size: 1000, keys: 4, depth: 4 };

const valuesOf = (record: Record<string, unknown>, onCorrupt?: () => void): SessionValues =>
  new SessionValues(
    new Map(Object.entries(record).map(([key, value]) => [key, JSON.stringify(value)])),
    LIMITS,
    onCorrupt,
  );

/** What would be written, by key; `undefined` for a removed one. */
const changesOf = (values: SessionValues): Record<string, string | undefined> =>
  Object.fromEntries([...values.collect().entries()].map(([key, { json }]) => [key, json]));

describe('the values of a session', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('hand out one object a key, so that a change in place is seen by the next reader', () => {
    const values = valuesOf({ cart: { items: [] } });
    (values.get('cart') as { items: string[] }).items.push('tea');
    expect(values.get('cart')).toEqual({ items: ['tea'] });
    expect(changesOf(values)).toEqual({ cart: '{"items":["tea"]}' });
  });

  it('are no change when they were changed there and back', () => {
    const values = valuesOf({ cart: ['tea'], page: 1 });
    const cart = values.get('cart') as string[];
    cart.push('milk');
    cart.pop();
    values.set('page', 2);
    values.set('page', 1);
    values.set('new', 1);
    values.delete('new');
    expect(changesOf(values)).toEqual({});
  });

  it('forget a value that was set to what the record holds, so that a later commit does not write it', () => {
    const values = valuesOf({ theme: 'light', page: 1 });
    values.set('theme', 'light');
    values.set('page', 2);
    const committed = values.collect();
    values.adopt(
      new Map([
        ['theme', '"dark"'],
        ['page', '2'],
      ]),
      committed,
    );
    expect(values.get('theme')).toBe('dark');
    expect(changesOf(values)).toEqual({});
  });

  it('keep the object that was set, also when it equals what the record holds', () => {
    const values = valuesOf({ cart: ['tea'] });
    const cart = ['tea'];
    values.set('cart', cart);
    values.collect();
    cart.push('milk');
    expect(changesOf(values)).toEqual({ cart: '["tea","milk"]' });
  });

  it('keep as pending what changes while a commit is under way', () => {
    const values = valuesOf({ a: 1, b: 1, cart: ['tea'] });
    const cart = values.get('cart') as string[];
    cart.push('milk');
    values.set('a', 2);
    values.delete('b');
    const committed = values.collect();
    values.set('a', 3);
    values.set('b', 4);
    cart.push('honey');
    values.adopt(
      new Map([
        ['a', '2'],
        ['cart', '["tea","milk"]'],
      ]),
      committed,
    );
    expect(changesOf(values)).toEqual({ a: '3', b: '4', cart: '["tea","milk","honey"]' });
  });

  it('take over what others committed, but for what this request changed', () => {
    const values = valuesOf({ read: { n: 1 }, changed: { n: 1 }, primitive: 1 });
    values.get('read');
    values.get('primitive');
    (values.get('changed') as { n: number }).n = 2;
    const others = new Map([
      ['read', '{"n":9}'],
      ['changed', '{"n":9}'],
      ['primitive', '9'],
      ['new', '9'],
    ]);
    const committed = valuesOf({}).collect();
    values.adopt(others, committed);
    expect([values.get('read'), values.get('primitive'), values.get('new')]).toEqual([{ n: 9 }, 9, 9]);
    expect(changesOf(values)).toEqual({ changed: '{"n":2}' });
  });

  it('let go of an object whose key was set to something else', () => {
    const values = valuesOf({ cart: ['tea'] });
    (values.get('cart') as string[]).push('milk');
    values.set('cart', 'sold');
    values.adopt(new Map([['cart', '"sold"']]), values.collect());
    expect([values.get('cart'), changesOf(values)]).toEqual(['sold', {}]);
  });

  it('keep a removed key removed, whatever happened to its object before and after', () => {
    const values = valuesOf({ cart: ['tea'] });
    const cart = values.get('cart') as string[];
    cart.push('milk');
    values.delete('cart');
    const committed = values.collect();
    values.adopt(new Map(), committed);
    cart.push('honey');
    expect([values.has('cart'), changesOf(values)]).toEqual([false, {}]);
  });

  it('refuse more keys than the limit, and still take a key that is there', () => {
    const values = valuesOf({ a: 1, b: 1, c: 1, d: 1 });
    expect(() => values.set('e', 1)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    values.set('d', 2);
    values.delete('a');
    values.set('e', 1);
    expect([...values.keys()]).toEqual(['b', 'c', 'd', 'e']);
  });

  it('stay as they were when an illegal value is set', () => {
    const values = valuesOf({ a: 1 });
    expect(() => values.set('a', () => 1)).toThrow(expect.objectContaining({ code: 'ILLEGAL_VALUE' }));
    expect(() => values.set('b', [[[[[]]]]])).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    expect([values.get('a'), values.has('b')]).toEqual([1, false]);
  });

  it('refuse at the commit what became illegal in place', () => {
    const values = valuesOf({ cart: {} });
    const cart = values.get('cart') as Record<string, unknown>;
    cart['self'] = cart;
    expect(() => values.collect()).toThrow(expect.objectContaining({ code: 'ILLEGAL_VALUE' }));
    cart['self'] = new Date(0);
    expect(() => values.collect()).toThrow(/"cart.self"/);
  });

  it('count a key with damaged JSON as missing, and tell it', () => {
    const onCorrupt = jest.fn();
    const values = new SessionValues(new Map([['a', '{"half":']]), LIMITS, onCorrupt);
    expect(values.get('a')).toBeUndefined();
    expect(onCorrupt).toHaveBeenCalledTimes(1);
    expect(changesOf(values)).toEqual({});
  });
});

describe('the cost of looking for changes', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is nothing for a value that nobody read', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const stringify = jest.spyOn(JSON, 'stringify');
    const values = new SessionValues(new Map([['a', '{"large":1}']]), LIMITS);
    expect([values.has('a'), values.size, [...values.keys()]]).toEqual([true, 1, ['a']]);
    values.collect();
    expect([parse, stringify].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });

  it('is one serialisation for each object that was read or set, changed or not', () => {
    const values = valuesOf({ read: { a: 1 }, changed: { a: 1 }, same: { a: 1 } });
    values.get('read');
    (values.get('changed') as { a: number }).a = 2;
    values.set('same', { a: 1 });
    values.set('new', { a: 1 });
    const stringify = jest.spyOn(JSON, 'stringify');
    const committed = values.collect();
    expect(stringify).toHaveBeenCalledTimes(4);
    values.adopt(
      new Map([
        ['read', '{"a":1}'],
        ['changed', '{"a":2}'],
        ['same', '{"a":1}'],
        ['new', '{"a":1}'],
      ]),
      committed,
    );
    expect(stringify).toHaveBeenCalledTimes(4);
  });

  it('is one parse for each key that was read', () => {
    const values = valuesOf({ a: { b: 1 }, c: { d: 1 } });
    const parse = jest.spyOn(JSON, 'parse');
    values.get('a');
    values.get('a');
    values.collect();
    expect(parse).toHaveBeenCalledTimes(1);
  });
});
