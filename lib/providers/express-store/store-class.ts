import { EventEmitter } from 'node:events';

/** What a factory of stores, such as `memorystore(session)`, takes from `session`. */
export type Store = EventEmitter;

/**
 * The class that stores for express-session extend, for an app that does not have express-session:
 * `createMemoryStore({ Store })`.
 *
 * A function, because some of them inherit as one did before classes: `Store.call(this)`.
 */
export const Store: new (options?: unknown) => Store = function (this: Store) {
  EventEmitter.call(this);
} as never;

Object.setPrototypeOf(Store.prototype, EventEmitter.prototype);
