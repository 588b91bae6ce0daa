import { sessionPropertyTaken } from '../../errors/use.js';
import type { SessionHandle } from '../../session/session-handle.js';
import type { SessionValues } from '../../session/session-values.js';
import { isPromise } from '../../session/store-call.js';
import { idleTimeoutFor, withTimeouts } from '../../session/timeouts.js';
import type { CookiePolicy } from '../cookie/cookie-policy.js';
import { type CookieLifetime, ExpressCookie } from './express-cookie.js';
import {
  type ExpressSession,
  type ExpressSessionOwner,
  sessionObject,
  type SessionObject,
} from './express-session.js';
import { type ExpressSessionStore, sessionStore } from './session-store.js';

/**
 * `request.session` of one request with `session.express_compatible`: which object it is, and what was asked of it.
 *
 * The object is a view; load, commit and all laws are the handle's. Without a cookie it costs nothing until it is written to.
 */
export class ExpressFacade implements ExpressSessionOwner, CookieLifetime {
  readonly cookie: ExpressCookie;
  #object: SessionObject;
  /** What `request.session` was set to, by `destroy()` or by hand. Empty while there is a session. */
  #gone: { readonly value: null | undefined } | undefined;
  /** The session is to end, and has not: by the response it will have, or that one fails (law H2). */
  #ending: { readonly loggedOut: boolean } | undefined;
  /** A lifetime of the cookie that is not committed yet. */
  #life: { readonly ms: number | null } | undefined;
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly handle: SessionHandle,
    policy: CookiePolicy,
    private readonly onFastify: boolean,
  ) {
    this.#object = sessionObject(this, onFastify);
    this.cookie = new ExpressCookie(this, policy);
  }

  /** What `request.session` is. */
  get session(): ExpressSession | null | undefined {
    return this.#gone ? this.#gone.value : this.#object.session;
  }

  /** `request.session = null` ends the session with the response. @throws SessionError SESSION_PROPERTY_TAKEN for anything else */
  assign(value: unknown): void {
    if (value === this.session) return;
    this.#begin();
    if (value !== null && value !== undefined)
      throw sessionPropertyTaken('Another session middleware or plugin');
    this.#gone = { value };
    this.#ending = { loggedOut: false };
  }

  /** @throws SessionError NOT_LOADED where a request brought a cookie and the session was used before its middleware ran */
  get values(): SessionValues {
    this.#begin();
    return this.handle.values;
  }

  /** What `request.sessionStore` is. */
  get store(): ExpressSessionStore {
    return sessionStore(this, this.handle.manager);
  }

  get id(): string | undefined {
    this.#begin();
    return this.handle.live?.id;
  }

  /** What the cookie is given at each issue, in milliseconds; `null` for one that ends with the browser. */
  get life(): number | null {
    if (this.#life) return this.#life.ms;
    this.#begin();
    const { live, manager } = this.handle;
    const persistent = live?.record.meta.overrides.persistent ?? manager.policy.persistent;
    return persistent ? (live?.record.meta.idleTimeout ?? manager.policy.idleTimeout) : null;
  }

  /** @throws SessionError BAD_TIMEOUT, here and not at the response, where nobody would see whose line it was */
  set life(ms: number | null) {
    this.#life = { ms: ms === null ? null : idleTimeoutFor(ms, this.handle.manager.policy) };
  }

  get left(): number | null {
    const { life } = this;
    const { live, manager } = this.handle;
    return life === null || this.#life || !live ? life : live.deadline - manager.now();
  }

  save(): Promise<void> {
    return this.#run(async () => {
      await this.#commitLife();
      await this.handle.save();
    });
  }

  reload(): Promise<void> {
    return this.#run(() => this.handle.reload());
  }

  regenerate(keep: readonly string[]): Promise<void> {
    return this.#run(async () => {
      await this.handle.load();
      const { values } = this.handle;
      const before = new Map([...values.keys()].map((key) => [key, values.get(key)]));
      await this.handle.regenerate(keep);
      this.#object.leave(before);
      this.#object = sessionObject(this, this.onFastify);
      this.#life = undefined;
    });
  }

  destroy(): Promise<void> {
    const ending = { loggedOut: true };
    this.#gone = { value: undefined };
    this.#ending = ending;
    return this.#run(() => this.#end(ending));
  }

  /** An error of the server drops what was only wished for (law H6). */
  abandon(): void {
    this.#life = undefined;
  }

  /** Does what is left to do before the response; `undefined` when there is nothing. */
  finish(): Promise<void> | undefined {
    if (this.#running.size > 0) return Promise.all(this.#running).then(() => this.finish());
    return this.#ending ? this.#end(this.#ending) : this.#life && this.#commitLife();
  }

  /** Without a cookie there is nothing to wait for; with one the session was loaded before anybody could ask. */
  #begin(): void {
    if (this.handle.loaded) return;
    const loading = this.handle.load();
    // Whoever asked too early gets NOT_LOADED; the load itself is awaited where the session is.
    if (isPromise(loading)) loading.catch(() => undefined);
  }

  /** A response waits for what is under way, also where the app does not. */
  #run(task: () => Promise<void>): Promise<void> {
    const running = task().finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  async #end(ending: { readonly loggedOut: boolean }): Promise<void> {
    await this.handle.invalidate(ending);
    this.#ending = undefined;
  }

  async #commitLife(): Promise<void> {
    const wanted = this.#life;
    if (wanted && this.#isNews(wanted.ms)) {
      const overrides = { idleTimeout: wanted.ms, persistent: wanted.ms !== null };
      const { policy } = this.handle.manager;
      await this.handle.adjust((meta) => {
        const timed = wanted.ms === null ? meta : withTimeouts(meta, { idle: wanted.ms }, policy);
        return { ...timed, overrides };
      });
    }
    if (this.#life === wanted) this.#life = undefined;
  }

  /** A session that nobody wrote to is not created for the sake of its cookie. */
  #isNews(ms: number | null): boolean {
    this.#begin();
    const { live, values } = this.handle;
    if (!live) return values.size > 0;
    const { idleTimeout, persistent } = live.record.meta.overrides;
    return idleTimeout !== ms || persistent !== (ms !== null);
  }
}
