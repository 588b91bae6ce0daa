import { storeTimeout } from '../errors/outage.js';
import type { SessionError } from '../errors/session-error.js';
import type { MaybePromise } from '../providers/session-provider.js';

/** Whether somebody still waits for a task. */
export class Attention {
  #lost = false;
  #abandon: ((error: SessionError) => void) | undefined;

  #progressed: () => boolean = () => false;

  constructor(
    private readonly operation: string,
    private readonly timeoutMs: number,
  ) {}

  lose(): SessionError {
    this.#lost = true;
    const error = this.#timeout();
    this.#abandon?.(error);
    return error;
  }

  /**
   * To be called before each call to the store: a task that nobody waits for starts no further one.
   *
   * @throws SessionError STORE_TIMEOUT
   */
  check(): void {
    if (this.#lost) throw this.#timeout();
  }

  /** Settles like `task`, or rejects once nobody waits any more: what stands in line behind a task must not hang with it. */
  whileItLasts<T>(task: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#abandon = reject;
      task.then(resolve, reject);
    });
  }

  /** Gives the task its time again whenever `progressed` says at the end of it that others, for whom it waits, got done. */
  extendWhile(progressed: () => boolean): void {
    this.#progressed = progressed;
  }

  /** Whether the task may go on although its time is over. */
  get mayGoOn(): boolean {
    return this.#progressed();
  }

  #timeout(): SessionError {
    return storeTimeout(this.operation, this.timeoutMs);
  }
}

/**
 * Runs a task against the store within `timeoutMs`, whatever the client of the store does: most of them hang on a silent server.
 *
 * A task that answers at once costs no timer. A late one rejects with STORE_TIMEOUT, and what it does after that is ignored.
 */
export function withinTimeout<T>(
  operation: string,
  timeoutMs: number,
  task: (attention: Attention) => MaybePromise<T>,
): MaybePromise<T> {
  const attention = new Attention(operation, timeoutMs);
  const result = task(attention);
  if (!isPromise(result)) return result;
  return race(timeoutMs, result, attention);
}

/** One promise and one timer: each call to a store passes here. */
function race<T>(timeoutMs: number, result: Promise<T>, attention: Attention): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = (): void => {
      if (attention.mayGoOn) timer = setTimeout(expire, timeoutMs);
      else reject(attention.lose());
    };
    let timer = setTimeout(expire, timeoutMs);
    result.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** `instanceof Promise` fails for thenables of other libraries and realms. */
export const isPromise = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
