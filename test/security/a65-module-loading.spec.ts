import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { resolveClass } from '../../lib/config/class-reference.js';
import { Refusal } from '../../lib/config/refusal.js';
import { BUILT_INS, loadYaml, problemsIn } from '../support/loading-settings.js';
import { folderWith } from '../support/temporary-folder.js';

const METHODS = ['createSession', 'updateSession', 'getSession', 'invalidateSession'];
const CLASS =
  'export class X { createSession() {} updateSession() {} getSession() {} invalidateSession() {} }';

/** A folder with everything that the references below reach for, and a record of what was loaded. */
function target() {
  const folder = folderWith({
    'x.mjs': CLASS,
    'app/package.json': JSON.stringify({ name: 'app', dependencies: { pkg: '*' } }),
    'app/inside.mjs': CLASS,
    'app/node_modules/pkg/package.json': JSON.stringify({ exports: { '.': './index.mjs' } }),
    'app/node_modules/pkg/index.mjs': `${CLASS}\nexport const notAClass = 1;\nexport const proto = {};`,
    'app/node_modules/pkg/private.mjs': CLASS,
    'app/node_modules/transitive/package.json': '{}',
    'app/node_modules/transitive/index.mjs': CLASS,
  });
  const loaded: string[] = [];
  const importer = async (url: string): Promise<unknown> => {
    loaded.push(url);
    return import(url);
  };
  return { folder, loaded, scope: { builtIns: BUILT_INS, directory: join(folder, 'app'), importer } };
}

/** What must not even be loaded. `{folder}` is the folder above the application. */
const NEVER_LOADED: readonly string[] = [
  // Node's own modules
  'child_process:exec',
  'child_process:ChildProcess',
  'node:child_process:ChildProcess',
  'fs:ReadStream',
  'fs/promises:X',
  'node:fs:promises',
  'node:fs/promises:X',
  'node:test:X',
  'vm:Script',
  'process:X',
  // URLs
  'data:text/javascript,export class X {}:X',
  'data:text/javascript;base64,ZXhwb3J0IGNsYXNzIFgge30=:X',
  'file://{folder}/x.mjs:X',
  'http://evil.example/x.mjs:X',
  'https://evil.example:X',
  'blob:nodedata:1:X',
  'npm:pkg:X',
  // paths
  '../x:X',
  '../../x:Y',
  './../x:X',
  './a/../../x:X',
  './inside/../../x:X',
  '{folder}/x.mjs:X',
  '/abs:Y',
  '//host/share/x:X',
  '.:X',
  '..:X',
  '.\\x:X',
  './..\\x:X',
  'C:\\x:Y',
  'C:/x:Y',
  'c:x:Y',
  '\\\\host\\share\\x:X',
  '~/x:X',
  './inside\0.mjs:X',
  './node_modules/transitive/index.mjs:X',
  // packages
  'transitive:X',
  'pkg/private.mjs:X',
  'pkg/../transitive:X',
  'pkg/./index.mjs:X',
  'pkg/:X',
  'pkg//index.mjs:X',
  'pkg/package.json:X',
  '#internal:X',
  '@scope:X',
  '@/x:X',
  'pkg?x:X',
  'pkg%2f..%2ftransitive:X',
  'pkg\n:X',
  ' pkg:X',
  '.pkg:X',
  // names
  '',
  ':',
  '::',
  ':X',
  'X',
  'pkg:',
  'pkg:__proto__',
  'pkg:constructor',
  'pkg:prototype',
  'pkg:a.b',
  'pkg:X()',
  'pkg:X ',
  'pkg: X',
  'pkg:1',
  './inside.mjs:__proto__',
  // built-ins by another name
  'serving.session:__proto__',
  'serving.session:constructor',
  'serving.session:constructor.constructor',
  '__proto__:X',
  'constructor:X',
];

describe('a class name that has no business in a configuration', () => {
  it.each(NEVER_LOADED)('is refused before anything is loaded: %j', async (template) => {
    const { folder, loaded, scope } = target();
    const found = await resolveClass(template.replace('{folder}', folder), METHODS, scope);
    expect(found).toBeInstanceOf(Refusal);
    expect(loaded).toEqual([]);
  });

  it.each(['pkg:notAClass', 'pkg:proto', 'pkg:missing', 'pkg:toString', 'pkg:default', 'pkg:hasOwnProperty'])(
    'is refused when its module has no such class: %s',
    async (text) => {
      const { scope } = target();
      expect(await resolveClass(text, METHODS, scope)).toBeInstanceOf(Refusal);
    },
  );

  it('is a boot error that names the key', async () => {
    const yaml = `
session: { session_provider: 'child_process:exec', session_type: '../x:X' }
auth: { credential_provider: 'data:text/javascript,export class X {}:X' }`;
    expect((await problemsIn(loadYaml(yaml))).map(({ key }) => key)).toEqual([
      'session.session_type',
      'session.session_provider',
      'auth.credential_provider',
    ]);
  });

  it('is no use from the options of forRoot() either', async () => {
    const options = { sessionProvider: 'node:fs:promises', auth: { credentialProvider: 'vm:Script' } };
    expect((await problemsIn(loadYaml('', { options }))).map(({ key }) => key)).toEqual([
      'sessionProvider',
      'auth.credentialProvider',
    ]);
  });
});

describe('a class name that is fine', () => {
  it.each(['./inside:X', './inside.mjs:X', 'pkg:X'])('is loaded once: %s', async (text) => {
    const { loaded, scope } = target();
    expect(await resolveClass(text, METHODS, scope)).toHaveProperty('name', 'X');
    expect(loaded).toHaveLength(1);
  });
});

/** What a resolver without the protection does: it takes the name at its word. */
async function naive(text: string, directory: string): Promise<unknown> {
  const colon = text.lastIndexOf(':');
  const module = text.slice(0, colon);
  const base = pathToFileURL(join(directory, 'serving.dev.yaml'));
  const specifier = /^\.{0,2}\//.test(module) ? new URL(module, base).href : module;
  const exports = (await import(specifier)) as Record<string, unknown>;
  return exports[text.slice(colon + 1)];
}

describe('without the protection', () => {
  it.each(['child_process:exec', 'node:fs:promises', 'vm:Script', '../x.mjs:X'])(
    'the same name loads what it says: %s',
    async (text) => {
      const { scope } = target();
      expect(await naive(text, scope.directory)).toBeDefined();
    },
  );

  it('code in a data: URL runs', async () => {
    const url = 'data:text/javascript,globalThis.a65 = true; export class X {}';
    await naive(`${url}:X`, '.');
    expect(globalThis).toHaveProperty('a65', true);
    Reflect.deleteProperty(globalThis, 'a65');
  });

  it('a file outside of the folder runs', async () => {
    const { folder, scope } = target();
    writeFileSync(join(folder, 'y.mjs'), 'globalThis.climbed = true; export const Y = 1;');
    await resolveClass('../y.mjs:Y', [], scope);
    expect(globalThis).not.toHaveProperty('climbed');
    await naive('../y.mjs:Y', scope.directory);
    expect(globalThis).toHaveProperty('climbed', true);
    Reflect.deleteProperty(globalThis, 'climbed');
  });
});
