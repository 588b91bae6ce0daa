import type { Chance } from './chance.js';

/** How people use an app; times in seconds. */
export interface VisitShape {
  /** Pages a visit, geometric. */
  readonly pages: number;
  /** Between two pages: a log-normal median, and its spread. */
  readonly thinking: number;
  readonly spread: number;
  /** Requests a page that look at the session, geometric; within a second. */
  readonly burst: number;
}

/** An ordinary site: 8 pages a visit, half of them read for less than 20 seconds, 3 requests each. */
export const ORDINARY: VisitShape = { pages: 8, thinking: 20, spread: 1.2, burst: 3 };

/** The instants of the requests of one visit, in their order, in seconds from its begin. */
export function visit(chance: Chance, { pages, thinking, spread, burst }: VisitShape): readonly number[] {
  const instants: number[] = [];
  let opened = 0;
  for (let left = chance.geometric(pages); left > 0; left--) {
    const more = Array.from({ length: chance.geometric(burst) - 1 }, () => opened + chance.share());
    instants.push(opened, ...more.sort((one, other) => one - other));
    opened += 1 + chance.logNormal(thinking, spread);
  }
  return instants;
}

/** Requests that come as independently as drops of rain: for those there is a closed form. */
export function rain(chance: Chance, requests: number, apart: number): readonly number[] {
  let now = 0;
  return Array.from({ length: requests }, () => (now += chance.exponential(apart)));
}
