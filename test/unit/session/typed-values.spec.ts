import { describe, expect, it } from '@jest/globals';
import * as devalue from 'devalue';
import { z } from 'zod';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { systemClock } from '../../../lib/providers/clock.js';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { devalueCodec } from '../../../lib/record/devalue-codec.js';
import { ValueSchema } from '../../../lib/record/value-schema.js';
import { flashKey } from '../../../lib/session/flash-messages.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { type OnUnreadable, SessionValues } from '../../../lib/session/session-values.js';
import { AppInstance } from '../../../lib/testing/app-instance.js';
import { thrownBy } from '../../support/thrown-by.js';

const LIMITS = { size: 1000, keys: 4, depth: 4 };
const codec = devalueCodec(devalue);

const base = (lines: Readonly<Record<string, string>>): Map<string, string> => new Map(Object.entries(lines));

/** What would be written, by key; `undefined` for a removed one. */
const changesOf = (values: SessionValues): Record<string, string | undefined> =>
  Object.fromEntries([...values.collect().entries()].map(([key, { json }]) => [key, json]));

describe('values beside a codec', () => {
  const open = (lines: Readonly<Record<string, string>>): SessionValues =>
    new SessionValues(base(lines), { ...LIMITS, codec });
  const line = (value: unknown): string => {
    const values = open({});
    values.set('key', value);
    return changesOf(values)['key'] ?? '';
  };

  it('are written when they were changed in place', () => {
    const values = open({ at: line({ when: new Date(0) }), tags: line(new Set(['a'])) });
    (values.get('at') as { when: Date }).when.setTime(1);
    (values.get('tags') as Set<string>).add('b');
    expect(changesOf(values)).toEqual({ at: line({ when: new Date(1) }), tags: line(new Set(['a', 'b'])) });
  });

  it('are written when only the type changed in place, which JSON would not show', () => {
    const values = open({ a: '{"when":"1970-01-01T00:00:00.000Z"}', b: '{"by":{}}' });
    (values.get('a') as { when: unknown }).when = new Date(0);
    (values.get('b') as { by: unknown }).by = new Map();
    expect(Object.keys(changesOf(values))).toEqual(['a', 'b']);
  });

  it('are not written when they were only read, or changed there and back', () => {
    const values = open({ at: line(new Date(5)), by: line(new Map([['a', 1n]])), plain: '{"a":1}' });
    for (const key of values.keys()) values.get(key);
    const by = values.get('by') as Map<string, bigint>;
    by.set('b', 2n);
    by.delete('b');
    values.set('at', new Date(5));
    expect(changesOf(values)).toEqual({});
  });

  it('are new objects in each request', () => {
    const lines = { at: line(new Date(5)) };
    expect(open(lines).get('at')).not.toBe(open(lines).get('at'));
  });

  it('count as missing, and stay in the record, where another codec wrote them', () => {
    const told: unknown[] = [];
    const other = { at: '~other 5', n: '1' };
    for (const rules of [LIMITS, { ...LIMITS, codec }]) {
      const values = new SessionValues(base(other), rules, (...what) => told.push(what));
      expect([values.get('at'), values.has('at'), values.size, [...values.keys()]]).toEqual([
        undefined,
        false,
        1,
        ['n'],
      ]);
      values.set('n', 2);
      expect(values.collect().applyTo(base(other))).toEqual(base({ at: '~other 5', n: '2' }));
    }
    expect(told).toEqual([
      ['at', 'corrupt'],
      ['at', 'corrupt'],
    ]);
  });
});

describe('a value that cannot be read', () => {
  it('is removed with its key, and replaced by what is set', () => {
    const values = new SessionValues(base({ a: 'no JSON', b: 'no JSON' }), LIMITS);
    expect([values.get('a'), values.get('b')]).toEqual([undefined, undefined]);
    expect(values.delete('a')).toBe(false);
    values.set('b', 1);
    expect(changesOf(values)).toEqual({ a: undefined, b: '1' });
  });
});

describe('values under a schema', () => {
  const zodSchema = z.object({
    theme: z.enum(['light', 'dark']),
    cart: z.array(z.string()),
    visits: z.number(),
  });

  const open = (lines: Readonly<Record<string, string>>, onUnreadable?: OnUnreadable): SessionValues =>
    new SessionValues(base(lines), { ...LIMITS, schema: new ValueSchema(zodSchema, 'schema') }, onUnreadable);

  it('are refused where they are set, and the key keeps what it had', () => {
    const values = open({ cart: '["tea"]', theme: '"dark"' });
    expect(thrownBy(() => values.set('cart', ['tea', 7]))).toMatchObject({
      code: 'ILLEGAL_VALUE',
      message: expect.stringContaining('"cart.1"'),
    });
    expect(thrownBy(() => values.set('theme', 'blue'))).toMatchObject({ code: 'ILLEGAL_VALUE' });
    expect([values.get('cart'), values.get('theme'), changesOf(values)]).toEqual([['tea'], 'dark', {}]);
  });

  it.each([
    ['a value that was read', (values: SessionValues) => values.get('cart')],
    [
      'a value that was set',
      (values: SessionValues) => {
        const cart: unknown = ['milk'];
        values.set('cart', cart);
        return cart;
      },
    ],
  ])('are refused at the commit when they became wrong in place: %s', (_, find) => {
    const values = open({ cart: '["tea"]' });
    (find(values) as unknown[]).push(7);
    expect(thrownBy(() => values.collect())).toMatchObject({
      code: 'ILLEGAL_VALUE',
      message: expect.stringContaining('"cart.1"'),
    });
  });

  it('count as missing, one by one, where the record holds what the schema refuses', () => {
    const told: unknown[] = [];
    const values = open({ theme: '"blue"', cart: '["tea"]', visits: '"many"', own: '1' }, (...what) =>
      told.push(what),
    );
    expect([values.has('theme'), values.get('theme'), values.get('theme')]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    expect([...values.keys()]).toEqual(['cart', 'own']);
    expect(values.size).toBe(2);
    expect(told).toEqual([
      ['theme', 'refused'],
      ['visits', 'refused'],
    ]);
    expect(changesOf(values)).toEqual({});
  });

  it('are not looked at before somebody reads them', () => {
    const told: unknown[] = [];
    const values = open({ theme: '"blue"', cart: 'no JSON' }, (...what) => told.push(what));
    values.set('visits', 1);
    values.collect();
    expect(told).toEqual([]);
  });

  it('are held against the schema once, as long as they stay what they are', () => {
    let calls = 0;
    const counting = z.string().refine(() => ++calls > 0);
    const rules = { ...LIMITS, schema: new ValueSchema({ theme: counting }, 'schema') };
    const values = new SessionValues(base({ theme: '"dark"' }), rules);
    for (let n = 0; n < 3; n++) values.get('theme');
    expect(calls).toBe(1);
  });

  it('come back as they were set, whatever the schema transforms', () => {
    const schema = new ValueSchema(z.object({ at: z.string().transform(Number) }), 'schema');
    const values = new SessionValues(base({}), { ...LIMITS, schema });
    values.set('at', '7');
    expect([values.get('at'), changesOf(values)]).toEqual(['7', { at: '"7"' }]);
    expect(new SessionValues(base({ at: '"7"' }), { ...LIMITS, schema }).get('at')).toBe('7');
  });

  it('are refused in a transaction, which then commits nothing', async () => {
    const release = new AppInstance({
      store: new InMemorySessionProvider(),
      clock: systemClock,
      credentials: new RandomCredentialProvider(),
      policy: DEFAULT_POLICY,
      sessionType: undefined,
      schema: new ValueSchema(zodSchema, 'schema'),
    });
    const { session } = await release.open();
    await session.set('visits', 1).save();
    await expect(session.update('visits', () => 'many')).rejects.toMatchObject({ code: 'ILLEGAL_VALUE' });
    expect(await session.increment('visits')).toBe(2);
  });

  it('may hold flash messages, also where the schema is strict', () => {
    const rules = { ...LIMITS, schema: new ValueSchema(z.strictObject({ theme: z.string() }), 'schema') };
    const key = flashKey('notice');
    const values = new SessionValues(base({}), rules);
    values.set(key, { text: 'saved' });
    expect(changesOf(values)).toEqual({ [key]: '{"text":"saved"}' });
    expect(new SessionValues(base({ [key]: '1' }), rules).get(key)).toBe(1);
    expect(thrownBy(() => values.set('flash', 1))).toMatchObject({ code: 'ILLEGAL_VALUE' });
  });

  it('are all removed by clear, the refused ones as well', () => {
    const values = open({ theme: '"blue"', cart: '["tea"]' });
    values.get('theme');
    values.retain([]);
    expect(changesOf(values)).toEqual({ theme: undefined, cart: undefined });
  });
});
