import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { resolveClass } from '../../../lib/config/class-reference.js';
import { Refusal } from '../../../lib/config/refusal.js';
import type { Constructor } from '../../../lib/config/settings.js';
import { BUILT_INS, errorOf, load, loadYaml, sound } from '../../support/loading-settings.js';
import { type Files, folderWith } from '../../support/temporary-folder.js';

const METHODS = ['run'];
const esm = (name: string): string => `export class ${name} { run() {} }`;
const cjs = (name: string): string => `class ${name} { run() {} }\nmodule.exports = { ${name} };`;

const resolveIn = (files: Files, text: string): Promise<Constructor | Refusal> =>
  resolveClass(text, METHODS, { builtIns: BUILT_INS, directory: folderWith(files) });

/** The name of the class that was found, or why there is none. */
async function outcome(resolving: Promise<Constructor | Refusal>): Promise<string> {
  const found = await resolving;
  return found instanceof Refusal ? found.fix : `class ${found.name}`;
}

describe('a file below the YAML file', () => {
  it.each<[what: string, path: string, name: string]>([
    ['as written', 'a.mjs', './a.mjs'],
    ['with .js', 'a.js', './a'],
    ['with .mjs', 'a.mjs', './a'],
    ['in a folder', 'deep/er/a.mjs', './deep/er/a'],
    ['as a folder with an index', 'a/index.mjs', './a'],
    ['with a dot in its name', 'a.provider.mjs', './a.provider'],
    ['with a step that does not climb', 'b/a.mjs', './b/./a'],
    ['with a name that a URL would escape', 'a #?%41.mjs', './a #?%41'],
  ])('is found %s', async (_, path, module) => {
    const files = { [path]: esm('Mine'), 'package.json': '{ "type": "module" }' };
    expect(await outcome(resolveIn(files, `${module}:Mine`))).toBe('class Mine');
  });

  it('may be CommonJS', async () => {
    expect(await outcome(resolveIn({ 'a.cjs': cjs('Mine') }, './a:Mine'))).toBe('class Mine');
  });

  it('may be CommonJS whose exports cannot be foreseen', async () => {
    const text = `class Mine { run() {} }\nmodule['exp' + 'orts'] = { ['Mi' + 'ne']: Mine };`;
    expect(await outcome(resolveIn({ 'a.cjs': text }, './a:Mine'))).toBe('class Mine');
  });

  it('may export the class as its default', async () => {
    expect(await outcome(resolveIn({ 'a.mjs': 'export default class { run() {} }' }, './a:default'))).toBe(
      'class default',
    );
  });

  it('is preferred exactly as written, then as JavaScript', async () => {
    const files = { 'a.ts': 'throw 1', 'a.mjs': esm('Script'), 'a/index.mjs': esm('Index') };
    expect(await outcome(resolveIn(files, './a:Script'))).toBe('class Script');
  });

  it('is named by its folder when it is missing', async () => {
    expect(await outcome(resolveIn({}, './a:Mine'))).toMatch(
      /^there is no such file below .*, with or without \.js/,
    );
  });

  it('may be reached by a link that stays inside, and not by one that leaves', async () => {
    const outside = folderWith({ 'x.mjs': esm('Mine') });
    const directory = folderWith({ 'real/a.mjs': esm('Mine') });
    symlinkSync(join(directory, 'real'), join(directory, 'inside'));
    symlinkSync(outside, join(directory, 'outside'));
    symlinkSync(join(outside, 'x.mjs'), join(directory, 'file.mjs'));
    const scope = { builtIns: BUILT_INS, directory };
    expect(await outcome(resolveClass('./inside/a:Mine', METHODS, scope))).toBe('class Mine');
    expect(await outcome(resolveClass('./outside/x:Mine', METHODS, scope))).toMatch(/^a link leads out/);
    expect(await outcome(resolveClass('./file:Mine', METHODS, scope))).toMatch(/^a link leads out/);
  });

  it('may stand in a folder that is reached by a link itself', async () => {
    const real = folderWith({ 'a.mjs': esm('Mine') });
    const directory = join(folderWith({}), 'link');
    symlinkSync(real, directory);
    expect(await outcome(resolveClass('./a:Mine', METHODS, { builtIns: BUILT_INS, directory }))).toBe(
      'class Mine',
    );
  });
});

describe('a package', () => {
  const app = (kind = 'dependencies'): Files => ({
    'package.json': JSON.stringify({ name: 'app', [kind]: { pack: '*', '@scope/pack': '*', ghost: '*' } }),
  });
  const installed = (manifest: object, files: Files, name = 'pack'): Files =>
    Object.fromEntries(
      Object.entries({ 'package.json': JSON.stringify({ name, ...manifest }), ...files }).map(
        ([path, text]) => [`node_modules/${name}/${path}`, text],
      ),
    );

  it.each<[what: string, manifest: object, files: Files, reference: string]>([
    [
      'that is ESM only',
      { type: 'module', exports: { import: './m.js' } },
      { 'm.js': esm('Mine') },
      'pack:Mine',
    ],
    [
      'with a subpath',
      { exports: { './sub/*': './dist/*.mjs' } },
      { 'dist/a.mjs': esm('Mine') },
      'pack/sub/a:Mine',
    ],
    [
      'with both formats: the one that import gets',
      { exports: { require: './c.cjs', import: './m.mjs' } },
      { 'c.cjs': cjs('Wrong'), 'm.mjs': esm('Mine') },
      'pack:Mine',
    ],
    ['with a main', { main: 'lib/main' }, { 'lib/main.cjs': cjs('Mine') }, 'pack:Mine'],
    ['with nothing but an index', {}, { 'index.cjs': cjs('Mine') }, 'pack:Mine'],
    ['with a file inside', {}, { 'lib/a.cjs': cjs('Mine') }, 'pack/lib/a:Mine'],
  ])('is found %s', async (_, manifest, files, reference) => {
    expect(await outcome(resolveIn({ ...app(), ...installed(manifest, files) }, reference))).toBe(
      'class Mine',
    );
  });

  it('may be scoped, and installed further up', async () => {
    const root = folderWith({
      ...app(),
      ...installed({}, { 'index.cjs': cjs('Mine') }, '@scope/pack'),
      'deep/conf/x': '',
    });
    const scope = { builtIns: BUILT_INS, directory: join(root, 'deep/conf') };
    expect(await outcome(resolveClass('@scope/pack:Mine', METHODS, scope))).toBe('class Mine');
  });

  it('may be linked from elsewhere, as workspaces are', async () => {
    const elsewhere = folderWith({ 'package.json': '{}', 'index.cjs': cjs('Mine') });
    const directory = folderWith({ ...app(), 'node_modules/x': '' });
    symlinkSync(elsewhere, join(directory, 'node_modules/pack'));
    expect(await outcome(resolveClass('pack:Mine', METHODS, { builtIns: BUILT_INS, directory }))).toBe(
      'class Mine',
    );
  });

  it.each(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])(
    'may be listed under %s',
    async (kind) => {
      const files = { ...app(kind), ...installed({}, { 'index.cjs': cjs('Mine') }) };
      expect(await outcome(resolveIn(files, 'pack:Mine'))).toBe('class Mine');
    },
  );

  it('has to be listed: what merely is installed is refused', async () => {
    const files = { ...app(), ...installed({}, { 'index.cjs': cjs('Mine') }, 'transitive') };
    expect(await outcome(resolveIn(files, 'transitive:Mine'))).toMatch(/does not depend on this package/);
    expect(await outcome(resolveIn(files, 'constructor:Mine'))).toMatch(/does not depend on this package/);
  });

  it('is listed by the nearest package.json; one that only marks a format is none', async () => {
    const root = folderWith({
      ...app(),
      ...installed({}, { 'index.cjs': cjs('Mine') }),
      'dist/package.json': '{ "type": "module" }',
      'other/package.json': '{ "name": "other" }',
    });
    const from = (folder: string): Promise<string> =>
      outcome(resolveClass('pack:Mine', METHODS, { builtIns: BUILT_INS, directory: join(root, folder) }));
    expect(await from('dist')).toBe('class Mine');
    expect(await from('other')).toMatch(/does not depend on this package/);
  });

  it.each<[what: string, files: Files, fix: RegExp]>([
    ['it is not installed', {}, /not installed/],
    ['its manifest is no JSON', { 'node_modules/pack/package.json': '{' }, /not installed/],
    ['it exports no such file', installed({ exports: { './x': './x.js' } }, {}), /exports no such file/],
    ['it exports a file that is not there', installed({ exports: './x.js' }, {}), /exports no such file/],
    [
      'its main leads out of it',
      { ...installed({ main: '../../out.cjs' }, {}), 'out.cjs': cjs('Mine') },
      /exports no such file/,
    ],
  ])('is refused when %s', async (_, files, fix) => {
    expect(await outcome(resolveIn({ ...app(), ...files }, 'pack:Mine'))).toMatch(fix);
  });

  it('is refused when the package.json of the application is no JSON', async () => {
    expect(await outcome(resolveIn({ 'package.json': '[' }, 'pack:Mine'))).toMatch(/package\.json/);
  });
});

describe('what a module exports', () => {
  it.each<[what: string, text: string, fix: RegExp]>([
    [
      'is named when the class is missing',
      'export class Other {}; export const x = 1',
      /does not export it; it exports Other, x/,
    ],
    ['may be nothing', '', /it exports nothing/],
    ['has to be a class: a number', 'export const Mine = 1', /not a class/],
    ['has to be a class: an arrow', 'export const Mine = () => 1', /not a class/],
    ['has to be a class: a function', 'export function Mine() {}', /not a class/],
    ['has to be a class: an object with the methods', 'export const Mine = { run() {} }', /not a class/],
    ['has to have the methods', 'export class Mine { walk() {} }', /add what it lacks: run/],
    ['has to have them as methods', 'export class Mine { get run() { throw 1 } }', /add what it lacks: run/],
    ['has to have them on instances', 'export class Mine { static run() {} }', /add what it lacks: run/],
    ['has to load', 'throw new RangeError("hunter2")', /fails while it is loaded \(RangeError\)/],
    ['has to load, whatever it throws', 'throw "hunter2"', /fails while it is loaded \(string\)/],
    [
      'has to load, whatever it calls itself',
      'throw { name: "hunter2 secret" }',
      /fails while it is loaded \(an error\)/,
    ],
    ['has to parse', 'export class {', /fails while it is loaded \(\w+\)/],
  ])('%s', async (_, text, fix) => {
    const found = await outcome(resolveIn({ 'a.mjs': text }, './a:Mine'));
    expect(found).toMatch(fix);
    expect(found).not.toContain('hunter2');
  });

  it('may inherit its methods, and be a constructor of old', async () => {
    const inherited = 'class Base { run() {} }\nexport class Mine extends Base {}';
    expect(await outcome(resolveIn({ 'a.mjs': inherited }, './a:Mine'))).toBe('class Mine');
    const old = 'export function Mine() {}\nMine.prototype.run = function () {};';
    expect(await outcome(resolveIn({ 'a.mjs': old }, './a:Mine'))).toBe('class Mine');
  });
});

describe('a TypeScript file that this Node cannot load', () => {
  it('is explained', async () => {
    const unknownExtension = Object.assign(new TypeError('hunter2'), { code: 'ERR_UNKNOWN_FILE_EXTENSION' });
    const error = await errorOf(
      load({
        files: { 'a.ts': '', 'serving.dev.yaml': 'session: { session_provider: ./a:Mine }' },
        options: { importer: () => Promise.reject(unknownExtension) },
      }),
    );
    expect(error.message).toContain(
      'cannot load the TypeScript file (ERR_UNKNOWN_FILE_EXTENSION); name the compiled file',
    );
    expect(error.message).not.toContain('hunter2');
    expect(error.cause).toBe(unknownExtension);
  });
});

describe('the importer of forRoot()', () => {
  it('loads what was found and checked, by the URL of the file', async () => {
    const asked: string[] = [];
    class Mine {}
    const importer = (url: string): Promise<unknown> => {
      asked.push(url);
      return Promise.resolve({ Mine });
    };
    const files = { 'a.ts': '', 'serving.dev.yaml': sound('  session_type: ./a:Mine') };
    const required = {
      sessionProvider: [],
      sessionType: [],
      'auth.credentialProvider': [],
      'migrateFrom.expressSession.store': [],
    };
    const settings = await load({ files, options: { importer }, required });
    expect(settings.sessionType).toBe(Mine);
    expect(asked).toEqual([`file://${join(settings.directory, 'a.ts')}`]);
  });
});

describe('a built-in', () => {
  it('is found by its whole name only', async () => {
    const yaml = sound('  session_type: serving.session:InMemorySessionProvider');
    expect((await errorOf(loadYaml(yaml))).message).toContain('add what it lacks: get, set, save');
  });

  it.each([
    ['serving.session:Sesion', 'did you mean serving.session:Session?'],
    [
      'serving.auth:Other',
      'the built-ins are serving.session:InMemorySessionProvider, serving.session:Session',
    ],
    ['nestjs-sessions:Other', 'the built-ins are'],
    ['serving.providers.redis:RedisSessionProvider', 'the built-ins are'],
  ])('is suggested for %s', async (text, fix) => {
    expect(await outcome(resolveIn({}, text))).toContain(fix);
  });
});
