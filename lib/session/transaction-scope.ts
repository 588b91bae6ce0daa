import { AsyncLocalStorage } from 'node:async_hooks';
import { insideTransaction } from '../errors/use.js';

/** The owner of the transaction whose function is running. */
const running = new AsyncLocalStorage<object>();

/** Runs the function of a transaction of `owner`. */
export const runInTransaction = <T>(owner: object, change: () => T): T => running.run(owner, change);

/**
 * A commit of a session from inside its own transaction would wait for the transaction, and the transaction for it.
 *
 * @throws SessionError INSIDE_TRANSACTION
 */
export function assertOutsideTransaction(owner: object): void {
  if (running.getStore() === owner) throw insideTransaction();
}
