import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load as parse } from 'js-yaml';
import type { SessionSettings } from '../../lib/config/settings.js';
import { problemsOf } from '../../lib/errors/configuration.js';
import { load } from '../support/loading-settings.js';
import { folderWith } from '../support/temporary-folder.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const SECRET = 'hunter2-0123456789-0123456789-0123456789';

const TREE = {
  environment: 'dev',
  session: {
    session_provider: 'serving.session:InMemorySessionProvider',
    session_type: 'serving.session:Session',
    config: { max_records: 10, nested: [{ a: '${HOST}' }] },
    cookie: { name: 'sid', path: '/', secure: true, http_only: true, same_site: 'strict', prefix: 'host' },
    timeouts: { idle: '20m', absolute: '8h', touch: '30s' },
    limits: { size: '16KiB', keys: 100, depth: 8 },
    creation: 'eager',
    operation_timeout: '1s',
    interceptor: 'all',
  },
  auth: { credential_provider: 'serving.auth:HMACCredentialProvider', config: { secret: SECRET } },
};

const TEXT = `
environment: dev
session: # where sessions live
  session_provider: serving.session:InMemorySessionProvider
  config: &config
    url: "redis://\${HOST}:\${PORT:-6379}/0"
  cookie: { name: sid, same_site: strict, secure: true }
  timeouts:
    idle: 20m
  limits: { size: 16KiB, keys: 100 }
auth:
  credential_provider: serving.auth:HMACCredentialProvider
  config: { secret: "\${SECRET}", more: *config }
`;

const ENV = { HOST: 'redis.local', SECRET };
const cwd = folderWith({});

type Outcome = 'settings' | 'CONFIG_INVALID';

/** Loads and names the outcome. Any exception but the one that is promised goes on, and fails the property. */
async function outcome(text: string, options: object = {}): Promise<Outcome> {
  writeFileSync(join(cwd, 'serving.dev.yaml'), text);
  try {
    expectTyped(await load({ cwd, env: ENV, options }));
    return 'settings';
  } catch (error) {
    if (!problemsOf(error)) throw error;
    expect((error as Error).message).not.toContain(SECRET);
    return 'CONFIG_INVALID';
  }
}

function expectTyped(settings: SessionSettings): void {
  const { timeouts, limits, operationTimeout, cookie, config, auth } = settings;
  for (const number of [...Object.values(timeouts), ...Object.values(limits), operationTimeout]) {
    expect(Number.isSafeInteger(number)).toBe(true);
  }
  expect(timeouts.touch).toBeLessThan(timeouts.idle);
  expect(timeouts.idle).toBeLessThanOrEqual(timeouts.absolute);
  expect([true, false, 'auto']).toContain(cookie.secure);
  expect(['lax', 'strict', 'none']).toContain(cookie.sameSite);
  expect(['none', 'secure', 'host', 'http', 'host-http']).toContain(cookie.prefix);
  expect(['boolean', 'boolean', 'string', 'string']).toEqual(
    [cookie.httpOnly, cookie.partitioned, cookie.name, cookie.path].map((value) => typeof value),
  );
  expect(['first-write', 'eager']).toContain(settings.creation);
  expect(['marked', 'all']).toContain(settings.interceptor);
  expect(settings.sessionType).toBeInstanceOf(Function);
  expect([typeof config, typeof auth.config]).toEqual(['object', 'object']);
}

const fragment = fc.oneof(
  fc.constantFrom(
    ...'{}[]:,#&*!|>-?"\'%@`~\t\n\r\0\u2028\ufeff',
    '\n  ',
    ': ',
    '- ',
    '---\n',
    '...',
    '<<: ',
    '!!',
    '&a ',
    '*a',
  ),
  fc.constantFrom(
    '__proto__: {x: 1}',
    'constructor',
    '${',
    '${HOST}',
    '${NOPE}',
    '$${',
    '.inf',
    '.nan',
    '0x',
    '1e999',
    'null',
    'no',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Some cuts and some insertions at arbitrary places of a text. */
const mutatedText = fc
  .array(fc.tuple(fc.nat(TEXT.length), fc.nat(12), fragment), { minLength: 1, maxLength: 6 })
  .map((edits) =>
    edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), TEXT),
  );

const key = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'session',
    'cookie',
    'same_site',
    'config',
    'idle',
    '',
  ),
  fc.string({ maxLength: 8 }),
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    'no',
    '30',
    '30m',
    '-1s',
    '${',
    '${NOPE}',
    '${HOST}',
    './x:Y',
    'vm:Script',
    'a:b:c',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer(),
);
const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, leaf, { maxKeys: 3 }));

/** Where to put a value into a tree: a path of picks, each among the keys that are there, or a key of its own at the end. */
const mutation = fc.record({
  picks: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
  own: fc.option(key),
  value,
});

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(tree: unknown, { picks, own, value: put }: Mutation): unknown {
  if (typeof tree !== 'object' || tree === null || picks.length === 0) return put;
  const entries = Object.entries(tree);
  const [pick = 0, ...more] = picks;
  const [at, below] = entries[pick % Math.max(1, entries.length)] ?? ['x', undefined];
  if (own !== null && more.length === 0) return Object.fromEntries([...entries, [own, put]]);
  return Object.fromEntries([
    ...entries.filter(([name]) => name !== at),
    [at, mutated(below, { picks: more, own, value: put })],
  ]);
}

const mutatedTree = fc
  .array(mutation, { minLength: 1, maxLength: 4 })
  .map((mutations) => mutations.reduce<unknown>(mutated, TREE));

describe('whatever happens to the file', () => {
  it('is fine before anything happens to it', async () => {
    expect(await outcome(JSON.stringify(TREE))).toBe('settings');
    expect(await outcome(TEXT)).toBe('settings');
  });

  it('ends in settings of the right types, or in CONFIG_INVALID: its text', async () => {
    const seen = new Set<Outcome>();
    await fc.assert(
      fc.asyncProperty(mutatedText, async (text) => void seen.add(await outcome(text))),
      { numRuns: fuzzRuns(400) },
    );
    expect([...seen].toSorted()).toEqual(['CONFIG_INVALID', 'settings']);
  });

  it('ends in settings of the right types, or in CONFIG_INVALID: its tree', async () => {
    const seen = new Set<Outcome>();
    await fc.assert(
      fc.asyncProperty(mutatedTree, async (tree) => void seen.add(await outcome(JSON.stringify(tree)))),
      { numRuns: fuzzRuns(400) },
    );
    expect([...seen].toSorted()).toEqual(['CONFIG_INVALID', 'settings']);
    expect({}).not.toHaveProperty('x');
  });

  it('ends so with arbitrary bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        async (bytes) => void (await outcome(bytes as never)),
      ),
      { numRuns: fuzzRuns(200) },
    );
  });
});

describe('whatever a caller without a type checker gives to forRoot()', () => {
  const options = fc.dictionary(
    fc.constantFrom(
      'cookie',
      'timeouts',
      'limits',
      'creation',
      'config',
      'auth',
      'sessionType',
      'sessionProvider',
      'operationTimeout',
      'environment',
      'configFile',
      'directory',
      'importer',
      'bogus',
    ),
    fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
      fc.func(fc.anything()),
    ),
  );

  it('ends in settings of the right types, or in CONFIG_INVALID', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (given) => void (await outcome('', given))),
      { numRuns: fuzzRuns(400) },
    );
  });
});

describe('the fuzzer', () => {
  it('convicts a reader that trusts its file', async () => {
    const trusting = (text: string): number => {
      const { session } = parse(text) as typeof TREE;
      return session.timeouts.idle.length + session.cookie.name.length;
    };
    const text = fc.check(fc.property(mutatedText, (given) => void trusting(given)));
    const tree = fc.check(fc.property(mutatedTree, (given) => void trusting(JSON.stringify(given))));
    expect([text.failed, tree.failed]).toEqual([true, true]);
  });
});
