import { storeTimeout } from '../errors/outage.js';
import { IN_FLIGHT_WINDOW_MS } from './atomic-session-store.js';
import type { Clock } from './clock.js';

/** The tasks of one session that wait for each other. */
interface Line {
  tail: Promise<unknown>;
  /** When the task that runs now began. */
  turnBeganAt: number;
}

/**
 * Runs the writes of one session in this process one after the other, so that nothing comes between a read and the write that
 * rests on it.
 *
 * A provider that never answers must not hold its session for ever (law F1): a task that has run for the in-flight window is given
 * up, whatever waits behind it fails with STORE_TIMEOUT, and the next task starts a new line.
 */
export class SessionQueue {
  readonly #lines = new Map<string, Line>();

  constructor(private readonly clock: Clock) {}

  /** How many sessions have a task under way. */
  get size(): number {
    return this.#lines.size;
  }

  async run<T>(id: string, operation: string, task: () => Promise<T>): Promise<T> {
    const line = this.#lineOf(id);
    const turn = line.tail.then(() => {
      if (this.#lines.get(id) !== line) throw storeTimeout(operation, IN_FLIGHT_WINDOW_MS);
      line.turnBeganAt = this.clock.now();
      return task();
    });
    const tail = turn.catch(() => undefined);
    line.tail = tail;
    try {
      return await turn;
    } finally {
      if (line.tail === tail && this.#lines.get(id) === line) this.#lines.delete(id);
    }
  }

  #lineOf(id: string): Line {
    const now = this.clock.now();
    const line = this.#lines.get(id);
    if (line && now < line.turnBeganAt + IN_FLIGHT_WINDOW_MS) return line;
    const fresh: Line = { tail: Promise.resolve(), turnBeganAt: now };
    this.#lines.set(id, fresh);
    return fresh;
  }
}
