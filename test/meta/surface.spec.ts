import { describe, expect, it } from '@jest/globals';
import { read } from './project-files.js';
import { exportedNames } from './surface.js';

const ADVICE =
  'The public surface changed. If that is meant, write the new list into test/meta/surface.json and a line into CHANGELOG.md.';

const recorded = JSON.parse(read('test/meta/surface.json')) as Record<string, string[]>;

/** The sources of the entry points that package.json exports. */
const entryPoints = [...read('package.json').matchAll(/"default": "\.\/dist\/(.+)\.js"/g)].map(
  ([, path]) => `lib/${path}.ts`,
);

describe('the public surface', () => {
  it('is on record for every entry point of package.json', () => {
    expect(Object.keys(recorded).sort()).toEqual(entryPoints.sort());
  });
});

describe.each(Object.entries(recorded))('the entry point %s', (path, names) => {
  it('exports exactly the names on record', () => {
    const seen = exportedNames(path, read(path));
    const added = seen.filter((name) => !names.includes(name));
    const removed = names.filter((name) => !seen.includes(name));
    expect({ ADVICE, added, removed }).toEqual({ ADVICE, added: [], removed: [] });
  });

  it('has every value on record at run time', async () => {
    const module = (await import(`../../${path.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
    expect(Object.keys(module).sort()).toEqual(names.filter((name) => !name.startsWith('type ')).sort());
  });
});

describe('the reading of an entry point', () => {
  it('tells values from types', () => {
    const text = `export { b, type C, x as a } from './b.js'; export type { D } from './d.js'; import './e.js';`;
    expect(exportedNames('lib/index.ts', text)).toEqual(['a', 'b', 'type C', 'type D']);
  });

  it.each([
    'export * from "./b.js"',
    'export * as b from "./b.js"',
    'export const b = 1',
    'export default 1',
  ])('refuses names that are not written out: %s', (text) =>
    expect(() => exportedNames('lib/index.ts', text)).toThrow('lib/index.ts'),
  );
});
