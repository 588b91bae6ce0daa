import { describe, expect, it } from '@jest/globals';
import { errorOf, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';

const aliases = (): string => {
  const names = [...'abcdefghij'];
  const lines = names.map((name, index) => {
    const item = index === 0 ? 'x' : `*${names[index - 1] ?? ''}`;
    return `    ${name}: &${name} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
  });
  return sound('  config:', ...lines);
};

describe('YAML that is not a configuration', () => {
  it.each<[string, string, string, string]>([
    ['a key twice', 'session: {}\nsession: {}', 'line 2, column 1', 'duplicated mapping key'],
    ['an open bracket', 'session: [', 'line 1, column 11', 'unexpected end of the stream'],
    ['a tab', 'session:\n\tconfig: {}', 'line 2, column 1', 'tab characters'],
    ['a tag', 'session: !!js/function x', 'line 1, column 10', 'unknown scalar tag'],
    ['an alias of nothing', 'session: *x', 'line 1, column 11', 'unidentified alias'],
    ['a NUL', 'session: "\0"', 'line 1, column 11', 'null byte'],
    ['a hundred levels', `session: ${'['.repeat(200)}`, 'line 1', 'nesting exceeded'],
  ])('is refused where it goes wrong: %s', async (_, yaml, where, why) => {
    const [problem, ...more] = await problemsIn(loadYaml(yaml));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ file: 'serving.dev.yaml', wanted: 'YAML 1.2' });
    expect(problem?.key).toContain(where);
    expect(problem?.seen).toContain(why);
  });

  it.each<[string, string]>([
    ['- 1', 'a list of 1 item'],
    ['hello', 'a string of 5 characters'],
    ['a: 1\n---\nb: 1', '2 documents'],
  ])('is refused as a whole: %j', async (yaml, seen) => {
    expect(await problemsIn(loadYaml(yaml))).toMatchObject([{ key: 'the file', seen }]);
  });

  it.each(['', '# nothing', '---', '~', '\ufeff# nothing'])('is empty and fine: %j', async (yaml) => {
    expect((await loadYaml(yaml)).file).toBe('serving.dev.yaml');
  });
});

describe('YAML 1.2', () => {
  it('reads yes and no as texts, and the error says so', async () => {
    const yaml = sound('  cookie: { secure: no, http_only: ON, partitioned: "true" }');
    expect(await problemsIn(loadYaml(yaml))).toMatchObject([
      { seen: '"no"', wanted: 'true | false | auto', fix: 'write false; YAML 1.2 reads this as a text' },
      { seen: '"ON"', fix: 'write true; YAML 1.2 reads this as a text' },
      { seen: '"true"', fix: 'write true; YAML 1.2 reads this as a text' },
    ]);
  });

  it('has aliases, which are fine', async () => {
    const yaml = `x-common: &age 20m\n${sound('  timeouts: { idle: *age }')}`;
    expect((await loadYaml(yaml)).timeouts.idle).toBe(20 * 60_000);
  });
});

describe('a tree that would harm its readers', () => {
  it.each([
    ['session.__proto__', sound('  __proto__: { polluted: yes }')],
    ['session.config.__proto__', sound('  config: { __proto__: { polluted: yes } }')],
    ['session.config.a.0.__proto__', sound('  config: { a: [{ "__proto__": 1 }] }')],
    ['auth.config.__proto__', 'auth: { config: { __proto__: null } }'],
  ])('is refused where it names the prototype: %s', async (key, yaml) => {
    expect((await problemsIn(loadYaml(yaml))).map((problem) => problem.key)).toContain(key);
    expect({}).not.toHaveProperty('polluted');
  });

  it('may have a key named constructor, which is a key like any other', async () => {
    expect((await loadYaml(sound('  config: { constructor: 1 }'))).config).toHaveProperty('constructor', 1);
    const wrong = loadYaml(sound('  constructor: 1', '  cookie: { toString: 1, prototype: 2 }'));
    expect((await problemsIn(wrong)).map(({ key }) => key)).toEqual([
      'session.constructor',
      'session.cookie.toString',
      'session.cookie.prototype',
    ]);
  });

  it('may have values that look like objects with methods', async () => {
    const yaml = sound('  cookie: { secure: { toString: 0, valueOf: 0 }, name: { toJSON: 1 } }');
    expect((await problemsIn(loadYaml(yaml))).map(({ seen }) => seen)).toEqual([
      'a map of 1 key',
      'a map of 2 keys',
    ]);
  });

  it('is refused when it contains itself', async () => {
    expect(await problemsIn(loadYaml(sound('  config: &a { b: *a, c: [&d [*d]] }')))).toMatchObject([
      { key: 'session.config.b', seen: 'an alias of a value it is part of' },
      { key: 'session.config.c.0.0' },
    ]);
  });

  it('is refused when a few aliases make billions of values', async () => {
    const error = await errorOf(loadYaml(aliases()));
    expect(error.message).toContain('at most 10000 values, aliases counted each time');
    expect(error.message.length).toBeLessThan(1000);
  });
});
