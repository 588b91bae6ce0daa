import { openSync, closeSync, readSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Runs a piece of work a turn of the event loop, and answers the longest turns, in milliseconds, told apart by what took them:
 *
 * - `wall`: all of it, as a request that waits would see it.
 * - `gc`: one collection that stopped the program, also between two turns, where V8 prefers to put them.
 * - `waited`: how long the main thread was ready to run and another one had the core. Linux only, else 0.
 * - `own`: what the work itself took: `wall` without the longer one of the other two, as one may be within the other. A hypervisor
 *   that takes a core away is still in it.
 * - `places`: the same for each hundredth of the work, in its order. What the code causes comes at its place in every run, and what the
 *   machine causes anywhere: see {@link inEveryRun}.
 *
 * `delay` is what `monitorEventLoopDelay` says of the same time.
 *
 * @param pieces a generator; what it does between two `yield`s is a turn.
 */
export async function longestTurns(pieces) {
  const turns = new Turns();
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  await nextTurn();
  histogram.enable();
  for (;;) {
    turns.begin();
    const { done } = pieces.next();
    turns.end();
    if (done) break;
    await nextTurn();
  }
  histogram.disable();
  return { ...(await turns.longest()), delay: histogram.max / 1e6 };
}

/** The longest turn that every one of several runs had at the same place, in milliseconds. */
export const inEveryRun = (runs) =>
  Math.max(...runs[0].places.map((_, place) => Math.min(...runs.map(({ places }) => places[place]))));

const PLACES = 100;
const partOf = (place, parts) => Math.floor((place * parts.length) / PLACES);
const SCHEDULER = '/proc/self/schedstat';

class Turns {
  #turns = [];
  #collections = [];
  #waits = new Waits();
  #observer = new PerformanceObserver((list) => this.#collections.push(...list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  begin() {
    this.waited = this.#waits.total();
    this.startTime = performance.now();
  }

  end() {
    const end = performance.now();
    this.#turns.push([this.startTime, end, this.#waits.total() - this.waited]);
  }

  async longest() {
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    this.#observer.disconnect();
    this.#waits.close();
    const all = [...this.#collections];
    const parts = this.#turns.map(([start, end, waited]) => {
      const gc = this.#collectedWithin(start, end);
      return { wall: end - start, waited, own: Math.max(0, end - start - Math.max(gc, waited)) };
    });
    const most = (name, of = parts) => of.reduce((longest, part) => Math.max(longest, part[name]), 0);
    const places = Array.from({ length: PLACES }, (_, place) =>
      most('own', parts.slice(partOf(place, parts), partOf(place + 1, parts))),
    );
    return {
      wall: most('wall'),
      own: most('own'),
      gc: most('duration', all),
      waited: most('waited'),
      places,
    };
  }

  /** Turns are asked for in their order, so collections that are over are thrown away. */
  #collectedWithin(start, end) {
    while (this.#collections.length > 0 && endOf(this.#collections[0]) < start) this.#collections.shift();
    let taken = 0;
    for (const entry of this.#collections) {
      if (entry.startTime > end) break;
      taken += Math.max(0, Math.min(end, endOf(entry)) - Math.max(start, entry.startTime));
    }
    return taken;
  }
}

const endOf = ({ startTime, duration }) => startTime + duration;

/** How long this process, its main thread, has stood in line for a core since it began. */
class Waits {
  #file = opened(SCHEDULER);
  #buffer = Buffer.alloc(64);

  total() {
    if (this.#file === undefined) return 0;
    const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0);
    return Number(this.#buffer.toString('latin1', 0, length).split(' ')[1]) / 1e6;
  }

  close() {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

function opened(path) {
  try {
    return openSync(path);
  } catch {
    return undefined;
  }
}
