import { SessionError } from '../errors/session-error.js';
import type { SessionEvent } from '../events/session-event.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { type Attention, isPromise, withinTimeout } from './store-call.js';

/** Watches the calls to a store: each has the operation timeout, an outage is an event before it is an error. */
export class StoreWatch {
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(
    private readonly timeoutMs: number,
    private readonly report: (event: SessionEvent) => void,
  ) {}

  /** @throws SessionError STORE_TIMEOUT, and what the task throws */
  call<T>(operation: string, task: (attention: Attention) => MaybePromise<T>): MaybePromise<T> {
    try {
      const result = withinTimeout(operation, this.timeoutMs, task);
      return isPromise(result) ? this.#watch(operation, result) : result;
    } catch (error) {
      this.#reportOutage(operation, error);
      throw error;
    }
  }

  /** Settles when every call that is under way now has been answered or has timed out. */
  async drain(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  async #watch<T>(operation: string, result: Promise<T>): Promise<T> {
    this.#inFlight.add(result);
    try {
      return await result;
    } catch (error) {
      this.#reportOutage(operation, error);
      throw error;
    } finally {
      this.#inFlight.delete(result);
    }
  }

  #reportOutage(operation: string, error: unknown): void {
    if (error instanceof SessionError && error.statusCode === 503)
      this.report({ type: 'outage', operation, error });
  }
}
