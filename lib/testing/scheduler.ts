import type { Random } from './random.js';
import { turn } from './turn.js';

/**
 * Decides who goes on when many wait for a store: one call at a time, drawn by a seeded die, so that a bad interleaving comes back
 * with its seed.
 *
 * The back-off of a commit that lost four races in a row is a real, random delay and not under its control; all else is.
 */
export class Scheduler {
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly random: Random) {}

  /** Waits for its turn; for `FaultInjectingStore.paceBy`. */
  readonly pace = (): Promise<void> => new Promise((resolve) => this.#waiting.push(resolve));

  /** Gives turns until all tasks are done, whichever way. */
  async run(tasks: readonly Promise<unknown>[]): Promise<void> {
    let running = true;
    const done = Promise.allSettled(tasks).then(() => {
      running = false;
    });
    while (running) {
      await turn();
      this.#waiting.splice(this.random(this.#waiting.length), 1)[0]?.();
    }
    await done;
  }
}
