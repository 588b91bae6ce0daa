import { sessionPropertyTaken } from '../../errors/use.js';
import type { SessionHandle } from '../../session/session-handle.js';
import type { SessionValues } from '../../session/session-values.js';
import { withTimeouts } from '../../session/timeouts.js';
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
  #endsWithResponse = false;
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
    this.#endsWithResponse = true;
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

  set life(ms: number | null) {
    this.#life = { ms };
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
    this.#gone = { value: undefined };
    return this.#run(() => this.handle.invalidate({ loggedOut: true }));
  }

  /** An error of the server drops what was only wished for (law H6). */
  abandon(): void {
    this.#life = undefined;
  }

  /** Does what is left to do before the response; `undefined` when there is nothing. */
  finish(): Promise<void> | undefined {
    if (this.#running.size > 0) return Promise.all(this.#running).then(() => this.finish());
    if (this.#endsWithResponse) {
      this.#endsWithResponse = false;
      return this.handle.invalidate();
    }
    return this.#life && this.#commitLife();
  }

  /** Without a cookie there is nothing to wait for; with one the session was loaded before anybody could ask. */
  #begin(): void {
    if (!this.handle.loaded) void this.handle.load();
  }

  /** A response waits for what is under way, also where the app does not. */
  #run(task: () => Promise<void>): Promise<void> {
    const running = task().finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** A session that nobody wrote to is not created for the sake of its cookie. */
  async #commitLife(): Promise<void> {
    const wanted = this.#life;
    this.#life = undefined;
    const { live, values, manager } = this.handle;
    if (!wanted || (!live && values.size === 0)) return;
    const overrides = { idleTimeout: wanted.ms, persistent: wanted.ms !== null };
    const known = live?.record.meta.overrides;
    if (known?.idleTimeout === overrides.idleTimeout && known.persistent === overrides.persistent) return;
    await this.handle.adjust((meta) => {
      const timed = wanted.ms === null ? meta : withTimeouts(meta, { idle: wanted.ms }, manager.policy);
      return { ...timed, overrides };
    });
  }
}
