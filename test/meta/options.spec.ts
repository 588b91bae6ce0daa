import { describe, expect, it } from '@jest/globals';
import { OPTION_TABLE } from '../../lib/config/option-table.js';
import { filesEnding, read } from './project-files.js';

const page = () => read('docs/configuration.md');
const tests = filesEnding('test', '.spec.ts').filter((path) => !path.startsWith('test/meta/'));

const lastPart = (path: string): string => path.split('.').at(-1) ?? '';

describe.each(OPTION_TABLE)('the option $yaml', ({ yaml, option }) => {
  it('has a row in docs/configuration.md under both of its names', () => {
    const rows = page().split('\n');
    const row = rows.filter((line) => line.startsWith('|') && line.includes(`\`${yaml}\``));
    expect(row).toHaveLength(1);
    expect(row[0]).toContain(`\`${option}\``);
  });

  it('is set by a test', () => {
    const written = new RegExp(
      `\\b(${lastPart(yaml)}|${lastPart(option)})['"]?:|['"\`](${yaml}|${option})\\b`,
    );
    expect(tests.filter((path) => written.test(read(path)))).not.toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it('lists no option that does not exist', () => {
    const listed = [...page().matchAll(/^\| *`((?:session|auth|csrf)\.[\w.]+)`/gm)].map(([, yaml]) => yaml);
    expect(listed.filter((yaml) => !OPTION_TABLE.some((row) => row.yaml === yaml))).toEqual([]);
  });
});
