import { describe, expect, it } from '@jest/globals';
import { codecOf } from '../../../lib/config/codec.js';
import { readLayer } from '../../../lib/config/layer.js';
import { MergedOptions } from '../../../lib/config/merged-options.js';
import { ProblemList } from '../../../lib/config/problem-list.js';
import type { ValueCodec } from '../../../lib/record/value-codec.js';
import { load, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';

const own: ValueCodec = {
  name: 'money-1',
  carries: () => false,
  stringify: String,
  parse: Number,
};

describe('session.codec', () => {
  it('is JSON when nobody says, and loads no package', async () => {
    expect((await load({})).codec).toBeUndefined();
    expect((await loadYaml(sound('  codec: json'))).codec).toBeUndefined();
  });

  it('is made of the package when it is devalue', async () => {
    const { codec } = await loadYaml(sound('  codec: devalue'));
    expect(codec?.name).toBe('devalue');
    expect(codec?.parse(codec.stringify(new Map([['a', 1n]])))).toEqual(new Map([['a', 1n]]));
  });

  it('is an object of the app', async () => {
    expect((await load({ options: { codec: own } })).codec).toBe(own);
  });

  it('says what to install when the package is missing', async () => {
    for (const [dialect, tree, key] of [
      ['yaml', { session: { codec: 'devalue' } }, 'session.codec'],
      ['inline', { codec: 'devalue' }, 'codec'],
    ] as const) {
      const layer = readLayer({ name: 'somewhere', dialect, tree, hidden: new Set() });
      const problems = new ProblemList();
      const missing = (): Promise<unknown> => Promise.resolve(undefined);
      expect(await codecOf(new MergedOptions([layer]), problems, missing)).toBeUndefined();
      expect(() => problems.throwIfAny()).toThrow(
        `somewhere: ${key} is "devalue", wanted the package devalue → npm install devalue, or write json`,
      );
    }
  });

  it.each([
    ['another name', 'superjson'],
    ['an object that lacks a method', { ...own, carries: undefined }],
    ['a name that does not fit into a line', { ...own, name: 'my codec' }],
    ['an empty name', { ...own, name: '' }],
    ['a name of ours', { ...own, name: 'devalue' }],
    ['JSON under another implementation', { ...own, name: 'json' }],
    ['no name', { ...own, name: undefined }],
    ['null', null],
  ])('refuses %s', async (_, codec) => {
    const problems = await problemsIn(load({ options: { codec: codec as ValueCodec } }));
    expect(problems).toEqual([
      expect.objectContaining({
        key: 'codec',
        wanted: 'json | devalue, or in forRoot() an object with name, carries, stringify and parse',
      }),
    ]);
  });
});
