import { describe, expect, it } from '@jest/globals';
import { deadlineFrom, idleTimeoutOf, isLive, seenAt, timeoutHit } from '../../../lib/record/lifetime.js';
import { newMeta } from '../../../lib/record/meta.js';

/** Created at 1000, idle for 60, dead at 1600. */
const META = newMeta({ digest: 'd'.repeat(43), now: 1000, idleTimeout: 60, absoluteTimeout: 600 });

describe('the lifetime of a session', () => {
  it('was last seen at its last commit, or at the touch that moved its deadline', () => {
    expect(seenAt(META, 1060, 60)).toBe(1000);
    expect(seenAt(META, 1100, 60)).toBe(1040);
    expect(seenAt({ ...META, seenAt: 1050 }, 1100, 60)).toBe(1050);
  });

  it('was not seen in the future when a touch counted by a longer timeout of today', () => {
    expect(seenAt(META, 1300, 200)).toBe(1100);
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

describe('the idle timeout of a session', () => {
  const own = { ...META, overrides: { ...META.overrides, idleTimeout: 20 } };

  it('is that of the policy, unless it has one of its own', () => {
    expect([idleTimeoutOf(META, 90), idleTimeoutOf(own, 90)]).toEqual([90, 20]);
  });

  it('of its own ends it, shorter or longer than that of today', () => {
    const longer = { ...META, idleTimeout: 300, overrides: { ...META.overrides, idleTimeout: 300 } };
    expect([19, 20].map((ms) => isLive({ ...own, idleTimeout: 20 }, 1020, 1000 + ms, 90))).toEqual([
      true,
      false,
    ]);
    expect([299, 300].map((ms) => isLive(longer, 1300, 1000 + ms, 90))).toEqual([true, false]);
  });
});

describe('the timeout that a dead session ran into', () => {
  it.each([
    ['idle', 1060],
    ['idle', 1599],
    ['absolute', 1600],
    ['absolute', 9999],
  ])('is the %s one by a deadline of %p', (timeout, deadline) => {
    expect(timeoutHit(META, deadline, 60)).toBe(timeout);
  });

  it('is the idle one where its own is the nearer', () => {
    const own = { ...META, idleTimeout: 20, overrides: { ...META.overrides, idleTimeout: 20 } };
    expect(timeoutHit(own, 1020, 60)).toBe('idle');
  });
});
