import { describe, expect, it } from '@jest/globals';
import { FirstTimes } from '../../../lib/session/first-times.js';

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `id ${index}`);

describe('the first time', () => {
  it('is told from every later one, for each id by itself', () => {
    const times = new FirstTimes();
    expect(['a', 'b', 'a', 'b', 'a'].map((id) => times.first(id))).toEqual([true, true, false, false, false]);
  });

  it('is remembered for at least half as many ids as may be held, and forgotten in the end', () => {
    const times = new FirstTimes(8);
    for (const id of ids(4)) times.first(id);
    expect(times.first('id 0')).toBe(false);
    for (const id of ids(12)) times.first(id);
    expect(times.first('id 0')).toBe(true);
  });
});
