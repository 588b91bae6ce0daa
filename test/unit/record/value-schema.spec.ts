import { describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import type { SessionError } from '../../../lib/errors/session-error.js';
import type { SessionSchema, StandardSchema } from '../../../lib/record/standard-schema.js';
import { ValueSchema } from '../../../lib/record/value-schema.js';
import { thrownBy } from '../../support/thrown-by.js';

const CANARY = 'canary-4711';

const throws = (): never => {
  throw new Error(CANARY);
};

/** The same rules in three libraries, as one schema and as one a key. */
const SCHEMAS: readonly (readonly [name: string, schema: SessionSchema])[] = [
  [
    'zod',
    z.object({
      user: z.object({ name: z.string(), tags: z.array(z.string()) }),
      theme: z.enum(['light', 'dark']),
      note: z.string().nullable(),
      visits: z.number().optional(),
    }),
  ],
  [
    'zod, by key',
    {
      user: z.object({ name: z.string(), tags: z.array(z.string()) }),
      theme: z.enum(['light', 'dark']),
      note: z.string().nullable(),
      visits: z.number(),
    },
  ],
  [
    'valibot',
    v.object({
      user: v.object({ name: v.string(), tags: v.array(v.string()) }),
      theme: v.picklist(['light', 'dark']),
      note: v.nullable(v.string()),
      visits: v.optional(v.number()),
    }),
  ],
  [
    'valibot, by key',
    {
      user: v.object({ name: v.string(), tags: v.array(v.string()) }),
      theme: v.picklist(['light', 'dark']),
      note: v.nullable(v.string()),
      visits: v.number(),
    },
  ],
  [
    'arktype',
    type({
      user: { name: 'string', tags: 'string[]' },
      theme: "'light' | 'dark'",
      note: 'string | null',
      'visits?': 'number',
    }),
  ],
  [
    'arktype, by key',
    {
      user: type({ name: 'string', tags: 'string[]' }),
      theme: type("'light' | 'dark'"),
      note: type('string | null'),
      visits: type('number'),
    },
  ],
];

const ruled = (schema: SessionSchema): ValueSchema => new ValueSchema(schema, 'schema');

const refusal = (schema: SessionSchema, key: string, value: unknown): SessionError =>
  thrownBy(() => ruled(schema).assertFits(key, value)) as SessionError;

describe.each(SCHEMAS)('a schema of %s', (_, schema) => {
  it.each([
    ['user', { name: 'Ada', tags: ['a'] }],
    ['theme', 'dark'],
    ['note', null],
    ['visits', 0],
  ])('lets %s be what it says, whatever is missing beside it', (key, value) => {
    expect(() => ruled(schema).assertFits(key, value)).not.toThrow();
    expect(ruled(schema).fits(key, value)).toBe(true);
  });

  it.each([
    ['theme', CANARY, 'theme'],
    ['theme', null, 'theme'],
    ['visits', CANARY, 'visits'],
    ['user', { name: 'Ada', tags: ['a', 7] }, 'user.tags.1'],
    ['user', { name: 7, tags: [] }, 'user.name'],
    ['user', { tags: [] }, 'user.name'],
    ['user', CANARY, 'user'],
  ])('refuses a wrong %s by its path, and tells no value', (key, value, path) => {
    const error = refusal(schema, key, value);
    expect(error).toMatchObject({ code: 'ILLEGAL_VALUE', message: expect.stringContaining(`"${path}"`) });
    expect(error.message).not.toContain(CANARY);
    expect(ruled(schema).fits(key, value)).toBe(false);
  });

  it.each(['other', '__proto__', 'constructor', 'toString', 'user.name', ''])(
    'says nothing of a key that it does not name: %j',
    (key) => {
      expect(ruled(schema).fits(key, { any: 'thing' })).toBe(true);
    },
  );
});

describe('a schema', () => {
  it.each([
    ['zod', z.strictObject({ theme: z.string() })],
    ['valibot', v.strictObject({ theme: v.string() })],
    ['arktype', type({ '+': 'reject', theme: 'string' })],
  ])('of %s that is strict refuses a key that it does not name', (_, schema) => {
    expect(ruled(schema).fits('theme', 'dark')).toBe(true);
    expect(ruled(schema).fits('other', 'dark')).toBe(false);
  });

  it.each([
    ['zod', z.object({ theme: z.string().trim().default('light'), at: z.coerce.number() })],
    [
      'valibot',
      v.object({ theme: v.pipe(v.string(), v.trim()), at: v.pipe(v.string(), v.transform(Number)) }),
    ],
    ['arktype', type({ theme: 'string.trim', at: 'string.numeric.parse' })],
  ])('of %s that transforms judges what goes in, and changes nothing', (_, schema) => {
    expect(ruled(schema).fits('at', '7')).toBe(true);
    expect(ruled(schema).fits('theme', '  dark ')).toBe(true);
  });

  it.each([
    ['as a whole', v.object({ theme: v.pipe(v.string(), v.check(throws)) })],
    ['by key', { theme: v.pipe(v.string(), v.check(throws)) }],
  ])('refuses what a rule throws at, %s, and tells nothing of it', (_, schema) => {
    expect(ruled(schema).fits('theme', 'dark')).toBe(false);
    const error = refusal(schema, 'theme', 'dark');
    expect(error).toMatchObject({ code: 'ILLEGAL_VALUE' });
    expect(error.message).not.toContain(CANARY);
  });

  it('takes one that is a function with properties, as that of arktype', () => {
    expect(typeof type({ theme: 'string' })).toBe('function');
  });
});

describe('a schema that cannot work', () => {
  const problem = (schema: unknown): SessionError =>
    thrownBy(() => ruled(schema as SessionSchema)) as SessionError;

  it.each([
    ['of something else than an object, zod', z.string()],
    ['of something else than an object, valibot', v.array(v.string())],
    ['of something else than an object, arktype', type('string')],
    ['no schema', 'zod'],
    ['a list', [1]],
    ['an object with something else in it', { theme: 'string' }],
    ['an object with null in it', { theme: null }],
    ['that wants several keys at once', z.object({}).refine((all) => 'a' in all)],
  ])('is refused when it is made: %s', (_, schema) => {
    expect(problem(schema)).toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is refused when it is made, where an asynchronous one shows itself', () => {
    const schema = v.objectAsync({
      theme: v.pipeAsync(
        v.string(),
        v.checkAsync(() => Promise.resolve(true)),
      ),
    });
    expect(problem(schema).message).toContain('answers a promise');
  });

  it.each([
    ['zod', z.object({ theme: z.string().refine(() => Promise.resolve(true)) })],
    ['zod, by key', { theme: z.string().refine(() => Promise.resolve(true)) }],
    [
      'valibot, by key',
      {
        theme: v.pipeAsync(
          v.string(),
          v.checkAsync(() => Promise.resolve(true)),
        ),
      },
    ],
    ['zod with a rule that throws', { theme: z.string().refine(throws) }],
  ] as const)('is refused at its first use where it did not: %s', (_, schema) => {
    const made = ruled(schema);
    for (const use of [() => made.assertFits('theme', 'dark'), () => made.fits('theme', 'dark')])
      expect(thrownBy(use)).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('schema at "theme"'),
      });
  });

  it('never ends the process by a promise that nobody waits for', async () => {
    const rejecting: StandardSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('no')) },
    };
    expect(problem(rejecting)).toMatchObject({ code: 'CONFIG_INVALID' });
    await new Promise(setImmediate);
  });
});
