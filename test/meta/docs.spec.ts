import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { completed } from './docstring-block.js';
import { filesEnding, filesUnder, read, root } from './project-files.js';
import { exportedNames } from './surface.js';
import { tsBlocks } from './ts-blocks.js';
import { type Page, typeCheck } from './type-check.js';

const NEST = [
  'Body',
  'Controller',
  'DefaultValuePipe',
  'Get',
  'Injectable',
  'Module',
  'ParseIntPipe',
  'Post',
  'UseGuards',
];
const MINUTE_MS = 60_000;

const pages = [...filesUnder('.').filter((path) => /^[A-Z]+\.md$/.test(path)), ...filesEnding('docs', '.md')];
const allPages = [...pages, ...filesEnding('sample', '.md'), ...filesEnding('lib', '.md')];

describe('the ts blocks of the docs', () => {
  it(
    'compile as they stand',
    () => {
      const shown = allPages.map((path): Page => [path, tsBlocks(read(path))]);
      expect(shown.filter(([, modules]) => modules.length > 0).map(([path]) => path)).toContain('README.md');
      expect(typeCheck('docs', shown)).toEqual([]);
    },
    MINUTE_MS,
  );
});

describe('the ts blocks of the docstrings', () => {
  it(
    'compile with the names that every reader of the file knows',
    () => {
      const ours = exportedNames('lib/index.ts', read('lib/index.ts'));
      const prelude = new Map([
        ...ours.map(
          (name) => [name.replace('type ', ''), `import { ${name} } from 'nestjs-sessions';`] as const,
        ),
        ...NEST.map((name) => [name, `import { ${name} } from '@nestjs/common';`] as const),
      ]);
      const shown = filesEnding('lib', '.ts').map((path): Page => {
        return [path, tsBlocks(read(path)).map((block) => completed(block, prelude))];
      });
      expect(typeCheck('docstrings', shown)).toEqual([]);
    },
    MINUTE_MS,
  );
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
    expect(typeCheck('docs-twin', [['page.md', tsBlocks(page)]])).toEqual([
      expect.stringMatching(/^page\.md:7: .*'number' is not assignable to type 'string'/),
      expect.stringMatching(/^page\.md:10: .*'missing'/),
    ]);
  });

  it('reads the docstrings of a source file', () => {
    const [block] = tsBlocks('/**\n * ```ts\n * const a = {\n *   b: 1 * 2,\n * };\n * ```\n */');
    expect(block).toEqual({ name: 'line-3.ts', text: '\n\nconst a = {\n  b: 1 * 2,\n};' });
  });

  it('completes a docstring that shows members without their class', () => {
    const prelude = new Map([
      ['Get', 'import Get;'],
      ['Post', 'import Post;'],
    ]);
    const block = { name: 'line-3.ts', text: '\n\n@Get() show() {}' };
    expect(completed(block, prelude).text).toBe(
      'import Get;\n class Example {\n@Get() show() {}\n}\nexport {};',
    );
  });
});

describe('the relative links', () => {
  it.each(allPages)('of %s lead somewhere', (page) => {
    const links = [...read(page).matchAll(/\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, link = '']) => link,
    );
    const dead = links.filter((link) => !existsSync(join(root, posix.join(posix.dirname(page), link))));
    expect(dead).toEqual([]);
  });
});

describe('the anchors', () => {
  /** As GitHub makes them of headings. */
  const anchorsOf = (page: string): string[] =>
    [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/\[(.*?)\]\(.*?\)/g, '$1')
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );

  it.each(allPages)('in the links of %s are headings', (page) => {
    const links = [...read(page).matchAll(/\]\((?!\w+:)([^)#\s]*)#([^)\s]+)\)/g)];
    const dead = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? page : posix.join(posix.dirname(page), path);
      return target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
    expect(dead.map(([link]) => link)).toEqual([]);
  });
});

describe('the index of the docs', () => {
  const index = 'docs/README.md';
  const linksIn = (page: string): string[] =>
    [...read(page).matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, link = '']) =>
      posix.join(posix.dirname(page), link),
    );

  it('names every page', () => {
    const listed = [index, 'docs/recipes/README.md'].flatMap(linksIn);
    const inTheDocs = filesEnding('docs', '.md').filter((page) => page !== index);
    expect(inTheDocs.filter((page) => !listed.includes(page))).toEqual([]);
  });

  it('lists every decision by its number and its title', () => {
    const decisions = filesEnding('docs/adr', '.md').map((page) => {
      const [, number, title] = /^# (\d{4}) (.*)$/m.exec(read(page)) ?? [];
      return [`[${number}](adr/${posix.basename(page)})`, title];
    });
    const rows = [...read(index).matchAll(/^\| (\[\d{4}\]\(\S+\)) +\| (.*?) +\|$/gm)];
    expect(rows.map(([, link, title]) => [link, title])).toEqual(decisions);
  });
});

describe('the API reference', () => {
  it('is made of every entry point of the package', () => {
    const { entryPoints } = JSON.parse(read('typedoc.json')) as { entryPoints: string[] };
    const sources = [...read('package.json').matchAll(/"default": "\.\/dist\/(.+)\.js"/g)];
    expect(entryPoints).toEqual(sources.map(([, path]) => `lib/${path}.ts`));
  });
});
