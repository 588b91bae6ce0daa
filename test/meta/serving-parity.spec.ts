import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { testExists } from './named-test.js';
import { read, root } from './project-files.js';

const PAGE = 'docs/serving-parity.md';

/** What is wrong with a row: it must name a file (`lib/…`) and a test (`test/x.spec.ts › its sentence`), and both must exist. */
function faults(row: string): string[] {
  const names = [...row.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const tests = names.filter((name) => name.includes(' › '));
  const files = names.filter((name) => /^(lib|sample)\/\S+\.\w+$/.test(name));
  return [
    ...(files.length === 0 ? ['names no file'] : []),
    ...(tests.length === 0 ? ['names no test'] : []),
    ...files.filter((path) => !existsSync(join(root, path))).map((path) => `${path} does not exist`),
    ...tests.filter((test) => !testExists(test)).map((test) => `there is no test "${test}"`),
  ];
}

/** The rows of all tables of the page, without heads and rules. */
function rows(text: string): string[] {
  const lines = text.split('\n');
  const isRule = (line = '') => /^\|[\s:|-]+\|$/.test(line);
  return lines.filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1]));
}

describe('docs/serving-parity.md', () => {
  it('has at least a row for each row of the chapter', () => {
    expect(rows(read(PAGE)).length).toBeGreaterThanOrEqual(11);
  });

  it('names in each row a file and a test that exist', () => {
    const wrong = rows(read(PAGE)).flatMap((row) => faults(row).map((fault) => `${fault}: ${row}`));
    expect(wrong).toEqual([]);
  });
});

describe('the check of a row', () => {
  const self = 'test/meta/serving-parity.spec.ts';

  it('acquits a row whose file and test exist', () => {
    expect(
      faults(`| x | \`lib/errors/codes.ts\` | \`${self} › acquits a row whose file and test exist\` |`),
    ).toEqual([]);
  });

  it.each([
    ['no file', `| x | \`${self} › convicts a row with\` |`],
    ['no test', '| x | `lib/errors/codes.ts` |'],
    ['a lost file', `| x | \`lib/errors/none.ts\` | \`${self} › convicts a row with\` |`],
    ['a lost test', '| x | `lib/errors/codes.ts` | `test/meta/arrows.spec.ts › no such sentence` |'],
  ])('convicts a row with %s', (_, row) => {
    expect(faults(row)).toHaveLength(1);
  });
});
