import { describe, expect, it } from '@jest/globals';
import { laws } from '../../lib/testing/laws/index.js';
import { LAW_IDS } from '../../lib/testing/laws/law.js';
import { twins } from '../../lib/testing/twins/index.js';
import { read } from './project-files.js';

const page = () => read('docs/laws.md');

describe.each(LAW_IDS)('the law %s', (id) => {
  it('has at least one check', () => {
    expect(laws.filter((law) => law.id === id)).not.toEqual([]);
  });

  it('has a heading or a row in docs/laws.md', () => {
    expect(page()).toMatch(new RegExp(`^(#+ |\\| *)\\W*${id}\\b`, 'm'));
  });

  it('is broken by a twin', () => {
    expect(twins.filter(({ breaks }) => breaks.includes(id))).not.toEqual([]);
  });
});

describe('the checks of the laws', () => {
  it('have a name each', () => {
    const names = laws.map(({ id, name }) => `${id}: ${name}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it('check only laws that exist', () => {
    const known = new Set<string>(LAW_IDS);
    expect(laws.filter(({ id }) => !known.has(id))).toEqual([]);
  });
});
