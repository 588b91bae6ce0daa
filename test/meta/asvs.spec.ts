import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ASVS_ROWS } from '../../lib/doctor/asvs/asvs-rows.js';
import { asvsTable, evidence } from './asvs-evidence.js';
import { testExists } from './named-test.js';
import { filesEnding, read, root } from './project-files.js';

const EVIDENCE = 'docs/asvs-5.json';
const PAGE = 'docs/security.md';
const HEAD = ['id', 'level', 'what it asks for', 'what is done without you', 'decided by', 'tests'];
const ADVICE = 'The rows changed. Run WRITE_ASVS=1 npm test -- meta/asvs, then npx prettier --write docs.';

/** The table of the page, cell by cell, without its head and rule. */
function tableOf(page: string): string[][] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${HEAD[0]} `) && line.includes(HEAD[2] ?? ''));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return lines
    .slice(start + 2, end)
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** The page with another table in the place of its own. */
function withTable(page: string): string {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${HEAD[0]} `) && line.includes(HEAD[2] ?? ''));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  const rows = [HEAD, HEAD.map(() => '---'), ...asvsTable()].map((cells) => `| ${cells.join(' | ')} |`);
  return [...lines.slice(0, start), ...rows, ...lines.slice(end)].join('\n');
}

if (process.env['WRITE_ASVS']) {
  writeFileSync(join(root, EVIDENCE), `${JSON.stringify(evidence(), undefined, 2)}\n`);
  writeFileSync(join(root, PAGE), withTable(read(PAGE)));
}

describe.each(ASVS_ROWS)('the row $id of ASVS 5.0', ({ tests }) => {
  it('names at least one test, and only tests that exist', () => {
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((test) => !testExists(test))).toEqual([]);
  });
});

describe('the evidence for ASVS 5.0', () => {
  it('is in docs/asvs-5.json as the rows have it', () => {
    expect({ ADVICE, ...(JSON.parse(read(EVIDENCE)) as object) }).toEqual({ ADVICE, ...evidence() });
  });

  it('is in docs/security.md as the rows have it', () => {
    expect({ ADVICE, table: tableOf(read(PAGE)) }).toEqual({ ADVICE, table: asvsTable() });
  });
});

describe('the threats of docs/security.md', () => {
  const threats = read(PAGE)
    .split('\n')
    .filter((line) => /^\| A\d\d/.test(line));

  it('link a test each, next to what is done and what is left to do', () => {
    expect(threats.filter((line) => !/\]\(\.\.\/test\/.+\.spec\.ts\)/.test(line))).toEqual([]);
    expect(threats.filter((line) => line.split('|').length !== 7)).toEqual([]);
  });

  it('leave no file of test/security/a… out', () => {
    const files = filesEnding('test/security', '.spec.ts').filter((path) => /\/a\d\d/.test(path));
    expect(files.filter((path) => !threats.some((line) => line.includes(path)))).toEqual([]);
  });
});
