import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { filesEnding, filesUnder, read, root } from './project-files.js';
import { type DocModule, tsBlocks } from './ts-blocks.js';

const pages = [...filesUnder('.').filter((path) => /^[A-Z]+\.md$/.test(path)), ...filesEnding('docs', '.md')];
const allPages = [...pages, ...filesEnding('sample', '.md'), ...filesEnding('lib', '.md')];
const sources = [...allPages, ...filesEnding('lib', '.ts')];

describe('the ts blocks of the docs and the docstrings', () => {
  const modules = sources.flatMap((path) => tsBlocks(path, read(path)));
  let errors: string[];

  beforeAll(() => {
    errors = typeCheck('docs', modules);
  }, 120_000);

  it('exist', () => {
    expect(modules.filter(({ path }) => path.startsWith('README.md/'))).not.toEqual([]);
  });

  it('compile as they stand', () => {
    expect(errors).toEqual([]);
  });
});

describe('the check of ts blocks', () => {
  const page = [
    '```ts',
    '// file: name.ts',
    'export const name = "Ada";',
    '```',
    '```ts',
    'import { name } from "./name.js";',
    'export const length: string = name.length;',
    '```',
    '```ts continued',
    'export const more = length + missing;',
    '```',
    '```sh',
    'not TypeScript at all',
    '```',
  ].join('\n');

  it('names the line of the page for each error', () => {
    expect(typeCheck('docs-twin', tsBlocks('page.md', page))).toEqual([
      expect.stringMatching(/^page\.md:7: .*'number' is not assignable to type 'string'/),
      expect.stringMatching(/^page\.md:10: .*'missing'/),
    ]);
  });

  it('reads the docstrings of a source file', () => {
    const [block] = tsBlocks('lib/a.ts', '/**\n * ```ts\n * const a = {\n *   b: 1 * 2,\n * };\n * ```\n */');
    expect(block).toEqual({ path: 'lib/a.ts/line-3.ts', text: '\n\nconst a = {\n  b: 1 * 2,\n};' });
  });
});

describe('the relative links', () => {
  it.each(allPages)('of %s lead somewhere', (page) => {
    const links = [...read(page).matchAll(/\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, link]) => link ?? '',
    );
    const dead = links.filter((link) => !existsSync(join(root, posix.join(posix.dirname(page), link))));
    expect(dead).toEqual([]);
  });
});

/** Type-checks the modules against the sources of lib and answers the errors as `page:line: message`. */
function typeCheck(folder: string, modules: readonly DocModule[]): string[] {
  const base = join(root, '.build', folder);
  rmSync(base, { recursive: true, force: true });
  for (const { path, text } of modules) write(join(base, path), text);
  const options = {
    rootDir: '../..',
    moduleDetection: 'force',
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  write(
    join(base, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: options, include: ['.'] }),
  );
  const tsc = [
    'node_modules/typescript7/bin/tsc',
    '--pretty',
    'false',
    '--project',
    join(base, 'tsconfig.json'),
  ];
  const { stdout } = spawnSync(process.execPath, tsc, { cwd: root, encoding: 'utf8' });
  return [...stdout.matchAll(/^(.+?)\((\d+),\d+\): error (.*)$/gm)].map(([, file = '', line, message]) => {
    const page = file.replace(`.build/${folder}/`, '').replace(/\/[^/]+$/, '');
    return `${page}:${line}: ${message}`;
  });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
