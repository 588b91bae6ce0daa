import { describe, expect, it } from '@jest/globals';
import { UsedTokens } from '../../../lib/adapters/back-channel-logout/used-tokens.js';

describe('the memory of used tokens', () => {
  it('gives a token to one, until its time is over', () => {
    const used = new UsedTokens(100);
    expect([0, 1, 99, 100, 101].map((now) => used.take('a', now))).toEqual([true, false, false, true, false]);
  });

  it('knows them apart, whatever their names', () => {
    const used = new UsedTokens(100);
    const names = ['', 'a', '__proto__', 'constructor', 'x'.repeat(10_000), 'x'.repeat(10_001)];
    expect(names.map((name) => used.take(name, 0))).toEqual(names.map(() => true));
    expect(names.map((name) => used.take(name, 0))).toEqual(names.map(() => false));
  });

  it('forgets one that is given back', () => {
    const used = new UsedTokens(100);
    used.take('a', 0);
    used.giveBack('a');
    expect(used.take('a', 0)).toBe(true);
  });

  it('holds no more than its limit, and forgets the oldest first', () => {
    const used = new UsedTokens(100, 2);
    for (const name of ['a', 'b', 'c']) used.take(name, 0);
    expect(['c', 'b', 'a'].map((name) => used.take(name, 0))).toEqual([false, false, true]);
  });
});
