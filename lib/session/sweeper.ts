import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OnExpired } from '../providers/atomic-session-store.js';
import type { SessionManager } from './session-manager.js';

const INTERVAL_MS = 30_000;
/** Records a step; between two steps the event loop turns, so that a sweep is no pause. */
const STEP = 1000;

/** Clears expired records out of a store whose engine does not: every 30 seconds, in small steps. Does not keep a process alive. */
export class Sweeper {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly manager: SessionManager) {}

  start(): void {
    if (!this.manager.parts.store.sweep) return;
    this.#timer = setInterval(() => void this.run(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One whole sweep; a failure is an event, and the next sweep tries again. */
  async run(): Promise<void> {
    const { store } = this.manager.parts;
    try {
      const tell: OnExpired = (id, record) => this.manager.expired(id, record);
      while (store.sweep && (await store.sweep(STEP, tell)) === STEP) await nextTurn();
    } catch (error) {
      this.manager.report({ type: 'outage', operation: 'sweep', error });
    }
  }
}
