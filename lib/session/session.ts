import { inspect } from 'node:util';
import { notANumber } from '../errors/use.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { seenAt } from '../record/lifetime.js';
import type { SessionMigration } from '../record/migration.js';
import type { SessionSchema } from '../record/standard-schema.js';
import { currentScope } from './current.js';
import { type Flash, flashOf } from './flash.js';
import { loginChange, type LoginOptions } from './login.js';
import { readSessionKey } from './read-path.js';
import type { Keep } from './rewrites.js';
import type { SessionData, SessionKey, SessionShape } from './session-data.js';
import { SessionDraft } from './session-draft.js';
import type { SessionHandle } from './session-handle.js';
import type { SessionValues } from './session-values.js';
import { type SessionTimeouts, type TimeoutChanges, timeoutsOf, withTimeouts } from './timeouts.js';
import { ValueMapping } from './value-mapping.js';

/** A session of whatever keys: a subclass may declare keys of its own. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- keys are read and written, so no other type argument fits all
type AnySession = Session<any>;

/** `Session` itself or a subclass of it: what `session.session_type` names. A subclass keeps the constructor as it is. */
export interface SessionType<S extends AnySession = AnySession> {
  new (handle: () => SessionHandle): S;
  readonly cookieName: string;
  readonly schema?: SessionSchema | undefined;
  readonly migration?: SessionMigration | undefined;
}

/** What survives {@link Session.regenerate}. */
export interface RegenerateOptions {
  /** The keys to keep, or `'all'`. Default: none, because a value from before a login may be an attacker's. */
  readonly keep?: Keep;
}

/**
 * The session of the current request: a mapping from keys to plain data, loaded once and saved before the response begins.
 *
 * Get it with `@CurrentSession()`, with Nest's own `@Session()`, by `constructor(private readonly session: Session)` in any provider
 * of singleton scope, or with `await Session.loadSession()`. Reading and writing is synchronous once it is loaded, which the
 * handlers that declare it get for free.
 *
 * A missing key and a present `null` differ: `get` answers the default only for a missing key.
 *
 * Errors: NOT_LOADED from any member but `load`, `NO_REQUEST` outside a request, ILLEGAL_VALUE and LIMIT_EXCEEDED from writes;
 * SESSION_GONE, SESSION_CONFLICT, STORE_TIMEOUT and STORE_FAILED from the asynchronous members.
 */
export class Session<Data extends object = SessionData> extends ValueMapping<Data> {
  /** The name of the cookie that holds the token, unless `session.cookie.name` says otherwise. A subclass may change it. */
  static readonly cookieName: string = 'serving_session';
  /** Which values may stand under which keys, unless `forRoot({ schema })` says otherwise. Empty: any legal value. */
  static readonly schema?: SessionSchema | undefined;
  /** How values of an earlier release become those of this one, unless `forRoot({ migration })` says otherwise. */
  static readonly migration?: SessionMigration | undefined;

  static {
    /** What `console.log` and loggers show: the same as JSON. Not declared as a member, it is no part of the mapping. */
    const show = function (this: Session): string {
      return `${this.constructor.name} { id: ${this.#printableId() ?? 'none'} }`;
    };
    Object.defineProperty(this.prototype, inspect.custom, { value: show });
  }

  readonly #handle: () => SessionHandle;
  #flash: Flash | undefined;

  /** @param handle finds the handle of the request that asks; made by the module, not by you. */
  constructor(handle: () => SessionHandle) {
    super();
    this.#handle = handle;
  }

  protected get source(): SessionValues {
    return this.#handle().values;
  }

  /**
   * The current request's session, loaded. On a subclass, an instance of that subclass; one with a `cookieName` of its own is a
   * session of its own, in the same store.
   *
   * @throws SessionError NO_REQUEST, STORE_TIMEOUT, STORE_FAILED
   */
  static async loadSession<S extends AnySession>(this: SessionType<S>): Promise<S> {
    const handle = currentScope().handleOf(this);
    await handle.load();
    return refuseProperties(new this(() => handle));
  }

  /** Loads the session, once per request; for guards and middleware, which run before a handler's session is loaded. */
  async load(): Promise<this> {
    await this.#handle().load();
    return this;
  }

  /**
   * Messages that are shown once: `session.flash('notice', 'Saved.')`, and on the next page `await session.flash.take('notice')`.
   */
  get flash(): Flash {
    return (this.#flash ??= flashOf(this.#handle));
  }

  /** Commits what was changed so far, before the response does; settled when the store has acknowledged it. */
  async save(): Promise<void> {
    await this.#handle().save();
  }

  /** Drops the changes of this request and reads the session anew. */
  async reload(): Promise<void> {
    await this.#handle().reload();
  }

  /**
   * Changes one key by a function of what is there, and commits it at once with whatever this request changed before. `change` runs
   * again on the newer value when another request was faster, so that no update is lost (law C3): keep it free of side effects.
   *
   * @returns the value as it was committed
   */
  async update<Key extends SessionKey<Data>>(
    key: Key,
    change: (current: SessionShape<Data>[Key] | undefined) => MaybePromise<SessionShape<Data>[Key]>,
  ): Promise<SessionShape<Data>[Key]> {
    return this.transaction(async (draft) => {
      const next = await change(draft.get(key));
      draft.set(key, next);
      return next;
    });
  }

  /**
   * Adds to a number and commits at once; a missing key counts as 0.
   *
   * @throws SessionError NOT_A_NUMBER when the key holds something else
   */
  async increment(key: SessionKey<Data>, by: number = 1): Promise<number> {
    return this.transaction((draft) => {
      const current: unknown = draft.get(key, 0);
      if (typeof current !== 'number')
        throw notANumber(key, current === null ? 'null' : `a ${typeof current}`);
      draft.set(key, (current + by) as SessionShape<Data>[typeof key]);
      return current + by;
    });
  }

  /**
   * Runs `change` on a draft of the session and commits it at once, all or nothing, with whatever this request changed before. It
   * runs again on newer values when another request was faster (law C4): read and write through the draft only, and keep it free
   * of side effects.
   *
   * @returns what the run returned that was committed
   */
  async transaction<Result>(change: (draft: SessionDraft<Data>) => MaybePromise<Result>): Promise<Result> {
    return this.#handle().transact((values) => change(new SessionDraft<Data>(values)));
  }

  /**
   * Gives the session a new token, at a change of privilege such as a login: the old token is dead at once, and a request that was
   * under way with it can no longer write (law R1). The id and the absolute deadline stay.
   */
  async regenerate({ keep = [] }: RegenerateOptions = {}): Promise<void> {
    await this.#handle().regenerate(keep);
  }

  /**
   * Gives the session a new token at the same privilege. The one before is accepted for `session.timeouts.grace`, for requests that are
   * under way, and until the new one is first used, so that a lost response logs nobody out (law R2); a second rotation inside that
   * time leaves the one before it unknown. Of several requests that rotate at the same time, one does. `session.timeouts.renewal` calls this by itself.
   */
  async rotate(): Promise<void> {
    await this.#handle().rotate();
  }

  /**
   * Makes the session the principal's: a new token, a new absolute timeout, and only the kept values, in one commit with the limit on
   * the sessions of a principal. The token of before is dead at once.
   *
   * @param principal what identifies the user for good, such as the primary key; a number and its text are the same principal.
   * @throws SessionError SESSION_LIMIT when the principal may not have another session, BAD_PRINCIPAL, BAD_TIMEOUT
   */
  async login(principal: string | number, options: LoginOptions = {}): Promise<void> {
    const handle = this.#handle();
    const { policy } = handle.manager;
    await handle.login(
      loginChange(principal, options, { policy, now: handle.manager.now(), device: handle.device }),
    );
  }

  /** As {@link invalidate}, for a user who leaves: the browser is also told to forget what `session.clear_site_data` says. */
  async logout(): Promise<void> {
    await this.#handle().invalidate({ loggedOut: true });
  }

  /**
   * Changes the timeouts of this session alone, at once. The absolute one can only be brought nearer; one that is over already ends the
   * session with this request. A request that is under way meanwhile may keep the session alive once more by the idle timeout of before.
   *
   * @throws SessionError BAD_TIMEOUT
   */
  async setTimeouts(changes: TimeoutChanges): Promise<void> {
    const handle = this.#handle();
    await handle.adjust((meta) => withTimeouts(meta, changes, handle.manager.policy));
  }

  /**
   * Ends the session, at once and for good (law D1), and clears the cookie. What is set afterwards in the same request, such as a
   * farewell message, belongs to a new session.
   */
  async invalidate(): Promise<void> {
    await this.#handle().invalidate();
  }

  /** The public name of the session: safe to log and to show. `null` until the session is first saved. */
  get id(): string | null {
    return this.#handle().live?.id ?? null;
  }

  /** The secret of the client, as in the cookie: never log it. `null` until the session is first saved. */
  get token(): string | null {
    return this.#handle().token;
  }

  /** Whether the client did not bring this session along. */
  get isNew(): boolean {
    return this.#handle().isNew;
  }

  /** Epoch milliseconds; `null` until the session is first saved. */
  get createdAt(): number | null {
    return this.#handle().live?.record.meta.createdAt ?? null;
  }

  /**
   * How many commits have changed the session since it was created: one more with each, none for a touch (law C6). For pages and logs that show
   * what happened, not for locks: `update()` and `transaction()` need none. `null` until it is first saved.
   */
  get version(): number | null {
    return this.#handle().live?.record.meta.version ?? null;
  }

  /** When the session was last written or touched, epoch milliseconds; `null` until it is first saved. */
  get seenAt(): number | null {
    const { live, manager } = this.#handle();
    return live ? seenAt(live.record.meta, live.deadline, manager.policy.idleTimeout) : null;
  }

  /** When the session dies unless it is seen again, epoch milliseconds; `null` until it is first saved. */
  get expiresAt(): number | null {
    return this.#handle().live?.deadline ?? null;
  }

  /** Whose session it is; `null` while nobody has logged in. */
  get principal(): string | null {
    return this.#handle().live?.record.meta.principal ?? null;
  }

  /** Whether somebody is logged in: by `login()`, or by the key that `session.principals.user_key` names. */
  get isAuthenticated(): boolean {
    const { live, manager, values } = this.#handle();
    if (live && live.record.meta.principal !== null) return true;
    const { userKey } = manager.policy.principals;
    return userKey !== undefined && (readSessionKey(values, userKey)?.value ?? null) !== null;
  }

  /** When somebody logged in, epoch milliseconds; `null` while nobody has. */
  get authenticatedAt(): number | null {
    return this.#handle().live?.record.meta.login?.authenticatedAt ?? null;
  }

  /** How the principal logged in (RFC 8176); empty while nobody has. */
  get amr(): readonly string[] {
    return this.#handle().live?.record.meta.login?.amr ?? [];
  }

  /** When the session dies in any case, epoch milliseconds; `null` until it is first saved. */
  get absoluteAt(): number | null {
    return this.#handle().live?.record.meta.absoluteAt ?? null;
  }

  /** The timeouts that count for this session, in milliseconds. */
  get timeouts(): SessionTimeouts {
    const { live, manager } = this.#handle();
    const { policy } = manager;
    if (live) return timeoutsOf(live.record.meta, policy);
    return { idle: policy.idleTimeout, absolute: policy.absoluteTimeout };
  }

  /** Shows the id and nothing of the values or the token (law F5); send `toObject()` if you mean the values. */
  toJSON(): { readonly id: string | null } {
    return { id: this.#printableId() };
  }

  #printableId(): string | null {
    try {
      return this.id;
    } catch {
      return null;
    }
  }
}

/**
 * `session.user = …`, the habit of sessions that are plain objects, would store nothing: it throws instead of losing the value
 * without a word. A subclass may have properties of its own.
 */
export function refuseProperties<S extends object>(session: S): S {
  if (session.constructor === Session) Object.freeze(session);
  return session;
}
