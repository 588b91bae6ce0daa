import { describe, expect, it } from '@jest/globals';
import { isTooDeep } from '../../../lib/record/nesting.js';

const lists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

describe('isTooDeep', () => {
  it.each([
    [lists(512), false],
    [lists(513), true],
    [objects(512), false],
    [objects(513), true],
    [lists(100_000), true],
    [`[${Array(1000).fill(lists(511)).join()}]`, false],
    [`[${Array(1000).fill('{}').join()},${lists(512)}]`, true],
  ])('counts nesting and not brackets (%#)', (json, tooDeep) => {
    expect(isTooDeep(json)).toBe(tooDeep);
  });

  it.each(['['.repeat(1000), '{"[{'.repeat(1000), '\\"['.repeat(1000), `"${'['.repeat(1000)}\\`])(
    'does not count brackets in a text (%#)',
    (text) => {
      expect(isTooDeep(JSON.stringify({ [text]: text }))).toBe(false);
    },
  );

  it('goes on counting behind a text', () => {
    expect(isTooDeep(`["\\"]",${lists(512)}]`)).toBe(true);
  });
});
