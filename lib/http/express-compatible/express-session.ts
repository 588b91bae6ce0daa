import { inspect } from 'node:util';
import type { ExpressCookie } from './express-cookie.js';
import { type ExpressCallback, tell } from './told.js';
import { type ObjectValues, ValueTraps } from './value-traps.js';

/** What the session object of a request asks of it. */
export interface ExpressSessionOwner {
  readonly values: ObjectValues;
  readonly cookie: ExpressCookie;
  /** `undefined` until the session is first saved. */
  readonly id: string | undefined;
  save(): Promise<void>;
  reload(): Promise<void>;
  regenerate(keep: readonly string[]): Promise<void>;
  destroy(): Promise<void>;
}

/** `request.session` with `session.express_compatible`: values are its properties. */
export type ExpressSession = ExpressSessionObject & Record<string, unknown>;

/**
 * The session object that passport, connect-flash and their kind expect: the one of express-session, and what @fastify/passport
 * wants besides (`get`, `set`, `data`, keys to keep).
 *
 * Each method takes a callback, and answers a promise without one.
 */
export class ExpressSessionObject {
  static {
    /** What `console.log` and loggers show: no value (law F5). */
    const show = function (this: ExpressSessionObject): string {
      return `ExpressSession { id: ${this.id ?? 'none'} }`;
    };
    Object.defineProperty(this.prototype, inspect.custom, { value: show });
  }

  /** Private at run time as well: what is printed shows nothing of the request (law F5). */
  readonly #owner: ExpressSessionOwner;
  /** What it held when the session went on under another object. Empty while this one is the session's. */
  #left: ReadonlyMap<string, unknown> | undefined;
  /** As others see it. */
  readonly session: ExpressSession;

  constructor(owner: ExpressSessionOwner) {
    this.#owner = owner;
    const values = (): ObjectValues => (this.#left as ObjectValues | undefined) ?? owner.values;
    this.session = new Proxy(this, new ValueTraps(values)) as ExpressSession;
    Object.defineProperty(this, 'session', { enumerable: false });
  }

  /** From here on it only remembers: the session goes on under another object. */
  leave(values: ReadonlyMap<string, unknown>): void {
    this.#left = values;
  }

  /** The public id of the session: safe to log, and the same after `regenerate()`. `undefined` until it is first saved. */
  get id(): string | undefined {
    return this.#owner.id;
  }

  get cookie(): ExpressCookie {
    return this.#owner.cookie;
  }

  /** Commits what was changed so far. */
  save(callback?: ExpressCallback): unknown {
    return this.#told(this.#owner.save(), callback);
  }

  /** Drops what was changed and reads the session anew. */
  reload(callback?: ExpressCallback): unknown {
    return this.#told(this.#owner.reload(), callback);
  }

  /** A new token for a new object, which is at `request.session` when the callback is called; this one keeps what it held. */
  regenerate(next?: ExpressCallback | readonly string[]): unknown {
    const callback = typeof next === 'function' ? next : undefined;
    const keep = Array.isArray(next) ? (next as readonly string[]) : [];
    return this.#told(this.#owner.regenerate(keep), callback);
  }

  /** Ends the session at once and for good, and clears the cookie. */
  destroy(callback?: ExpressCallback): unknown {
    return this.#told(this.#owner.destroy(), callback);
  }

  /** Nothing to do: being looked at keeps a session alive. */
  touch(): this {
    return this;
  }

  /** As {@link touch}. */
  resetMaxAge(): this {
    return this;
  }

  get(key: string): unknown {
    return this.session[key];
  }

  set(key: string, value: unknown): void {
    this.session[key] = value;
  }

  /** The values, in an object of its own. */
  data(): Record<string, unknown> {
    const { cookie: _, ...values } = this.session;
    return values;
  }

  /** A failure that nobody asked about is the response's (law H2), and no unhandled rejection. */
  #told(task: Promise<void>, callback: ExpressCallback | undefined): unknown {
    if (callback) tell(task, callback);
    else task.catch(() => undefined);
    return callback ? this.session : task;
  }
}
