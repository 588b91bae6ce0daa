import { describe, expect, it } from '@jest/globals';
import { deadlineFrom, isLive, seenAt } from '../../../lib/record/lifetime.js';
import { newMeta } from '../../../lib/record/meta.js';

/** Created at 1000, idle for 60, dead at 1600. */
const META = newMeta({ digest: 'd'.repeat(43), now: 1000, idleTimeout: 60, absoluteTimeout: 600 });

describe('the lifetime of a session', () => {
  it('was last seen at its last commit, or at the touch that moved its deadline', () => {
    expect(seenAt(META, 1060)).toBe(1000);
    expect(seenAt(META, 1100)).toBe(1040);
    expect(seenAt({ ...META, seenAt: 1050 }, 1100)).toBe(1050);
  });

  it('ends one idle timeout after it was seen, and never after the absolute deadline', () => {
    expect(deadlineFrom(1000, 60, 1600)).toBe(1060);
    expect(deadlineFrom(1590, 60, 1600)).toBe(1600);
  });

  it.each([
    ['the idle deadline', 1060, 60, 1060],
    ['the absolute deadline', 1600, 60, 1600],
    ['a deadline that a store moved too far', 9999, 60, 1600],
    ['a shorter idle timeout of today', 1060, 20, 1020],
    ['the stored deadline under a longer idle timeout of today', 1060, 600, 1060],
  ])('is over at %s, to the millisecond', (_, deadline, idleTimeout, end) => {
    const live = [-1, 0, 1].map((offset) => isLive(META, deadline, end + offset, idleTimeout));
    expect(live).toEqual([true, false, false]);
  });
});
