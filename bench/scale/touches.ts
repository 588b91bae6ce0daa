import type { Chance } from './chance.js';

export interface TouchRules {
  /** `session.touch_interval`, in seconds. */
  readonly interval: number;
  /** The share of requests that write. A write says that the session was seen, as a touch does. */
  readonly writes: number;
}

/** The share of requests that touch. A session is made by a write, its first request. */
export function shareThatTouches(
  visits: readonly (readonly number[])[],
  { interval, writes }: TouchRules,
  chance: Chance,
): number {
  let touches = 0;
  let requests = 0;
  for (const instants of visits) {
    let seen = instants[0] ?? 0;
    for (const now of instants) {
      requests++;
      const isWrite = chance.isTrue(writes);
      if (!isWrite && now - seen >= interval) touches++;
      if (isWrite || now - seen >= interval) seen = now;
    }
  }
  return touches / requests;
}

/** For requests that come like rain, `apart` seconds on average, and none that writes: after a touch, the interval and one more gap. */
export const touchesInRain = (interval: number, apart: number): number => apart / (interval + apart);
