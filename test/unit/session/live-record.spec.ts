import { describe, expect, it } from '@jest/globals';
import { newMeta } from '../../../lib/record/meta.js';
import { committedDeadline, type LiveRecord } from '../../../lib/session/live-record.js';

/** Created at 1000, idle for 60, dead at 1600; a touch at 1040 moved its deadline. */
const META = newMeta({ digest: 'd'.repeat(43), now: 1000, idleTimeout: 60, absoluteTimeout: 600 });
const TOUCHED: LiveRecord = {
  id: 'id',
  record: { etag: 'e'.repeat(12), meta: META, body: '' },
  segments: new Map(),
  deadline: 1100,
};

describe('the deadline of a commit', () => {
  it('is one idle timeout from now', () => {
    expect(committedDeadline(TOUCHED, META, 1050, 60)).toBe(1110);
  });

  it('counts from when the session was seen, where a clock is behind', () => {
    expect(committedDeadline(TOUCHED, META, 1010, 60)).toBe(1100);
  });

  it('counts from then as well when the commit gives the session an idle timeout of its own', () => {
    const timed = (idleTimeout: number) =>
      committedDeadline(
        TOUCHED,
        { ...META, idleTimeout, overrides: { ...META.overrides, idleTimeout } },
        1010,
        60,
      );
    expect([timed(90), timed(30)]).toEqual([1130, 1070]);
  });

  it('never comes after the absolute deadline', () => {
    expect(committedDeadline(TOUCHED, META, 1590, 60)).toBe(1600);
  });
});
