import { describe, expect, it } from '@jest/globals';
import type { Duration } from '../../../lib/providers/duration.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';

describe('FakeClock', () => {
  it('stands still until it is told to move, by milliseconds or by a text', () => {
    const clock = new FakeClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(500);
    clock.advance('31m');
    expect(clock.now()).toBe(1500 + 31 * 60_000);
    clock.set(7);
    expect(clock.now()).toBe(7);
  });

  it('refuses a text that is no length of time', () => {
    expect(() => new FakeClock().advance('soon' as Duration)).toThrow(RangeError);
  });
});
