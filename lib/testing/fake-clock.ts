import type { Clock } from '../providers/clock.js';

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

  advance(ms: number): void {
    this.#now += ms;
  }

  /** Jumps to an instant, also to an earlier one, as a clock that is corrected does. */
  set(now: number): void {
    this.#now = now;
  }
}
