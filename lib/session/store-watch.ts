import { SessionError } from '../errors/session-error.js';
import type { Listeners } from '../events/listeners.js';
import type { SessionEvent } from '../events/session-event.js';
import type { TimedOperation } from '../events/timed-operation.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { type Attention, isPromise, withinTimeout } from './store-call.js';

type Task<T> = (attention: Attention) => MaybePromise<T>;

/** Watches the calls to a store: each has the operation timeout, an outage is an event before it is an error. */
export class StoreWatch {
  readonly #inFlight = new Set<Promise<unknown>>();

  /** @param timings told how long each call took; while nobody listens, no clock is read. */
  constructor(
    private readonly timeoutMs: number,
    private readonly report: (event: SessionEvent) => void,
    private readonly timings?: Listeners<TimedOperation>,
  ) {}

  /**
   * @param timeoutMs another one than for the operations of a request
   * @throws SessionError STORE_TIMEOUT, and what the task throws
   */
  call<T>(operation: string, task: Task<T>, timeoutMs: number = this.timeoutMs): MaybePromise<T> {
    const { timings } = this;
    if (!timings?.listening) return this.#call(operation, task, timeoutMs);
    const startedAt = performance.now();
    return settled(
      () => this.#call(operation, task, timeoutMs),
      (outcome) => timings.tell({ operation, durationMs: performance.now() - startedAt, outcome }),
    );
  }

  /** Settles when every call that is under way now has been answered or has timed out. */
  async drain(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  #call<T>(operation: string, task: Task<T>, timeoutMs: number): MaybePromise<T> {
    try {
      const result = withinTimeout(operation, timeoutMs, task);
      return isPromise(result) ? this.#watch(operation, result) : result;
    } catch (error) {
      this.#reportOutage(operation, error);
      throw error;
    }
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

/** Runs a task and tells once how it ended, whether it ends now or later. */
function settled<T>(
  task: () => MaybePromise<T>,
  end: (outcome: TimedOperation['outcome']) => void,
): MaybePromise<T> {
  const succeed = (value: T): T => {
    end('ok');
    return value;
  };
  const fail = (error: unknown): never => {
    end(error instanceof SessionError ? error.code : 'error');
    throw error;
  };
  let result: MaybePromise<T>;
  try {
    result = task();
  } catch (error) {
    return fail(error);
  }
  return isPromise(result) ? result.then(succeed, fail) : succeed(result);
}
