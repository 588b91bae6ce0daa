import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { pageFor, paragraph, table } from '../../../lib/cli/layout.js';

const page = pageFor({}, {});
const long = Array.from({ length: 60 }, (_, at) => 'w'.repeat(1 + (at % 13))).join(' ');

describe('a page', () => {
  it.each([
    [undefined, 100],
    [40, 80],
    [95, 95],
    [300, 110],
  ])('of a terminal with %p columns has %d', (columns, width) => {
    expect(pageFor(columns === undefined ? {} : { columns }, {}).width).toBe(width);
  });

  it('has colours for a terminal only, and not for one whose user wants none', () => {
    expect(pageFor({ isTTY: false }, {}).paint('red', 'x')).toBe('x');
    expect(pageFor({ isTTY: true }, { NO_COLOR: '1' }).paint('red', 'x')).toBe('x');
    expect(stripVTControlCharacters(pageFor({ isTTY: true }, {}).paint('red', 'x'))).toBe('x');
  });
});

describe('a paragraph', () => {
  it('is broken at spaces, below its first word, and loses nothing', () => {
    const lines = paragraph(page, '  3.3.1  ', long);
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.slice(1).every((line) => /^ {9}\S/.test(line))).toBe(true);
    expect(lines.map((line) => line.slice(9)).join(' ')).toBe(long);
  });

  it('gives a word that is too long a line of its own', () => {
    expect(paragraph(page, '> ', `a ${'b'.repeat(200)} c`)).toEqual(['> a', `  ${'b'.repeat(200)}`, '  c']);
  });

  it('cannot be made to control a terminal', () => {
    expect(paragraph(page, '', 'a\u001b[31mb\nc').join('')).toBe('a\\u001b[31mb\\u000ac');
  });
});

describe('a table', () => {
  it('has its cells below each other, and breaks the last one', () => {
    const lines = table(page, [
      ['a', 'bbb', 'c'],
      ['aaaa', 'b', long],
    ]);
    expect(lines[0]).toBe('  a     bbb  c');
    expect(lines[1]?.startsWith('  aaaa  b    w')).toBe(true);
    expect(lines.at(-1)).toMatch(/^ {13}\S/);
  });

  it('may be empty', () => {
    expect(table(page, [])).toEqual([]);
  });
});
