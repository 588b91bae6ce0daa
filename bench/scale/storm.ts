import type { Chance } from './chance.js';
import { visit, type VisitShape } from './visits.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A day of people at work; times in seconds of the day. */
export interface Day {
  readonly people: number;
  readonly begins: number;
  readonly ends: number;
  /** The deviation of when somebody comes and goes. */
  readonly deviation: number;
  /** Between two visits. */
  readonly pause: number;
  readonly idle: number;
  readonly absolute: number;
  /** When all sessions are ended at once, if they are. */
  readonly revoked?: number;
}

export const OFFICE: Day = {
  people: 400,
  begins: 9 * HOUR,
  ends: 17.5 * HOUR,
  deviation: 20 * MINUTE,
  pause: 25 * MINUTE,
  idle: 30 * MINUTE,
  absolute: 12 * HOUR,
};

/** What happened in the busiest minute, in times the mean of the day. */
export interface Waves {
  readonly loginsPerPerson: number;
  readonly logins: number;
  readonly ends: number;
}

/** Everybody logs in when a request finds no session. */
export function waves(day: Day, shape: VisitShape, chance: Chance): Waves {
  const logins: number[] = [];
  const ends: number[] = [];
  for (let person = 0; person < day.people; person++) {
    let [began, seen] = [-Infinity, -Infinity];
    for (const now of requestsOf(day, shape, chance)) {
      const dead = deathOf(began, seen, day);
      if (now >= dead) {
        if (dead > -Infinity) ends.push(dead);
        logins.push(now);
        began = now;
      }
      seen = now;
    }
    if (seen > -Infinity) ends.push(deathOf(began, seen, day));
  }
  return {
    loginsPerPerson: logins.length / day.people,
    logins: busiestMinute(logins),
    ends: busiestMinute(ends),
  };
}

function deathOf(began: number, seen: number, { idle, absolute, revoked }: Day): number {
  const expires = Math.min(seen + idle, began + absolute);
  return revoked !== undefined && began < revoked && revoked < expires ? revoked : expires;
}

function* requestsOf(day: Day, shape: VisitShape, chance: Chance): Generator<number> {
  const leaves = chance.normal(day.ends, day.deviation);
  for (let comes = chance.normal(day.begins, day.deviation); comes < leaves;) {
    let last = comes;
    for (const instant of visit(chance, shape)) {
      last = comes + instant;
      if (last < leaves) yield last;
    }
    comes = last + chance.exponential(day.pause);
  }
}

function busiestMinute(instants: readonly number[]): number {
  const minutes = new Map<number, number>();
  for (const instant of instants) {
    const minute = Math.floor(instant / MINUTE);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  return Math.max(...minutes.values()) / (instants.length / (24 * 60));
}
