import type { LeaseTime } from '../../lib/providers/near-cache/leases.js';
import { turn } from '../../lib/testing/turn.js';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** The time of leases in several processes, which stands still until a test moves it. */
export class LeaseClock {
  #now = 0;
  readonly #sleepers = new Set<Sleeper>();

  get now(): number {
    return this.#now;
  }

  /** Moves in small steps, and lets everybody do after each what is due by then. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.#now = Math.min(end, this.#now + 50);
      this.#wake();
      await settle();
    }
  }

  wait(ms: number): Promise<void> {
    return new Promise((wake) => void this.#sleepers.add({ at: this.#now + ms, wake }));
  }

  #wake(): void {
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 12; turns++) await turn();
}

/** A process that can be stopped as SIGSTOP does it: time passes, nothing else does. */
export class Stoppable {
  #stopped: Promise<void> | undefined;
  #go: () => void = () => undefined;

  stop(): void {
    this.#stopped = new Promise((resolve) => (this.#go = resolve));
  }

  resume(): void {
    this.#stopped = undefined;
    this.#go();
  }

  /** Settles when the process runs. */
  async running(): Promise<void> {
    while (this.#stopped) await this.#stopped;
  }
}

/** The time as one process has it. */
export const timeOf = (clock: LeaseClock, process: Stoppable): LeaseTime => ({
  hurried: () => clock.now,
  wait: async (ms) => {
    await clock.wait(ms);
    await process.running();
  },
});
