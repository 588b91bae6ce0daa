import type { Clock } from '../providers/clock.js';
import { type Duration, parseDuration } from '../providers/duration.js';

/** A clock that stands still until it is told to move. */
export class FakeClock implements Clock {
  #now: number;

  /** @param now epoch milliseconds; by default a whole second of the year 2030, so that no test rests on today. */
  constructor(now: number = Date.UTC(2030, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** @param by milliseconds, or a text such as `'31m'`. @throws RangeError for a text that is no length of time */
  advance(by: Duration): void {
    const ms = typeof by === 'number' ? by : parseDuration(by);
    if (ms === undefined) throw new RangeError(`"${by}" is no length of time. Fix: write it as '31m'.`);
    this.#now += ms;
  }

  /** Jumps to an instant, also to an earlier one, as a clock that is corrected does. */
  set(now: number): void {
    this.#now = now;
  }
}
