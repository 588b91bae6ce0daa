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
  /** What `request.session` is by now. */
  readonly session: ExpressSession | null | undefined;
  save(): Promise<void>;
  reload(): Promise<void>;
  regenerate(keep: readonly string[]): Promise<void>;
  destroy(): Promise<void>;
}

/** `request.session` with `session.express_compatible`: values are its properties. On Fastify also `get`, `set` and `data`. */
export type ExpressSession = Omit<ExpressMembers, 'get' | 'set' | 'data'> & Record<string, unknown>;

/** One object that was `request.session`. */
export interface SessionObject {
  readonly session: ExpressSession;
  /** From here on it only remembers what it held: the session goes on under another object. */
  leave(held: Map<string, unknown>): void;
}

const NONE: ReadonlySet<string> = new Set();
/** What plugins of Fastify call. Not on Express, where `session.data ??= {}` must find nothing. */
const FASTIFY: ReadonlySet<string> = new Set(['get', 'set', 'data']);

/** A new object for the session of a request. */
export function sessionObject(owner: ExpressSessionOwner, onFastify: boolean): SessionObject {
  let left: Map<string, unknown> | undefined;
  const traps = new ValueTraps<ExpressMembers>(() => left ?? owner.values, onFastify ? FASTIFY : NONE);
  const session = new Proxy(new ExpressMembers(owner), traps) as object as ExpressSession;
  return { session, leave: (held) => void (left = held) };
}

/**
 * The members that passport, connect-flash and their kind expect of a session: those of express-session, and what
 * @fastify/passport wants besides (`get`, `set`, `data`, keys to keep).
 *
 * Each method takes a callback, and answers a promise without one.
 */
class ExpressMembers {
  static {
    /** What `console.log` and loggers show: no value (law F5). */
    const show = function (this: ExpressMembers): string {
      return `ExpressSession { id: ${this.id ?? 'none'} }`;
    };
    Object.defineProperty(this.prototype, inspect.custom, { value: show });
  }

  /** Private at run time as well: what is printed shows nothing of the request (law F5). */
  readonly #owner: ExpressSessionOwner;

  constructor(owner: ExpressSessionOwner) {
    this.#owner = owner;
  }

  /** The public id: safe to log, and the same after `regenerate()`. `undefined` until the session is first saved. */
  get id(): string | undefined {
    return this.#owner.id;
  }

  get cookie(): ExpressCookie {
    return this.#owner.cookie;
  }

  /** Commits what was changed so far. */
  save(): Promise<void>;
  save(callback: ExpressCallback): unknown;
  save(callback?: ExpressCallback): unknown {
    return this.#told(this.#owner.save(), callback);
  }

  /** Drops what was changed and reads the session anew. */
  reload(): Promise<void>;
  reload(callback: ExpressCallback): unknown;
  reload(callback?: ExpressCallback): unknown {
    return this.#told(this.#owner.reload(), callback);
  }

  /** A new token, and a new object that is `request.session` when the callback is called; this one keeps what it held. */
  regenerate(keep?: readonly string[]): Promise<void>;
  regenerate(callback: ExpressCallback): unknown;
  regenerate(next?: ExpressCallback | readonly string[]): unknown {
    const keep = Array.isArray(next) ? (next as readonly string[]) : [];
    return this.#told(this.#owner.regenerate(keep), typeof next === 'function' ? next : undefined);
  }

  /** Ends the session at once and for good, and clears the cookie. */
  destroy(): Promise<void>;
  destroy(callback: ExpressCallback): unknown;
  destroy(callback?: ExpressCallback): unknown {
    return this.#told(this.#owner.destroy(), callback);
  }

  /** Nothing to do: being looked at keeps a session alive. */
  touch(): unknown {
    return this.#owner.session;
  }

  /** As {@link touch}. */
  resetMaxAge(): unknown {
    return this.#owner.session;
  }

  get(key: string): unknown {
    return this.#owner.values.get(key);
  }

  set(key: string, value: unknown): void {
    const { values } = this.#owner;
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }

  /** The values, in an object of its own. */
  data(): Record<string, unknown> {
    const { values } = this.#owner;
    return Object.fromEntries([...values.keys()].map((key) => [key, values.get(key)]));
  }

  /** A failure that nobody asked about is the response's (law H2), and no unhandled rejection. */
  #told(task: Promise<void>, callback: ExpressCallback | undefined): unknown {
    if (!callback) {
      task.catch(() => undefined);
      return task;
    }
    tell(task, callback);
    return this.#owner.session;
  }
}
