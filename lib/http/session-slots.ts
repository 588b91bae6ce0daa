import { noRequest } from '../errors/use.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { Session, type SessionType } from '../session/session.js';
import type { SessionHandle } from '../session/session-handle.js';
import type { SessionRuntime } from './session-runtime.js';

/** One session of one request or message: how it runs, its state, and what handlers see of it. */
export interface SessionSlot {
  readonly runtime: SessionRuntime;
  readonly handle: SessionHandle;
  readonly session: Session;
}

/** The sessions of one request or message, one for each cookie name that somebody asks for; made on first demand, without I/O. */
export class SessionSlots<Slot extends SessionSlot> {
  readonly #made: Slot[] = [];

  constructor(
    private readonly runtimes: readonly SessionRuntime[],
    private readonly make: (runtime: SessionRuntime) => Slot,
  ) {}

  /** Those that somebody asked for. */
  get made(): readonly Slot[] {
    return this.#made;
  }

  /** The session of the first module. */
  get first(): Slot {
    return this.#slot(this.primary);
  }

  /** The runtime of the first module. @throws SessionError NO_REQUEST */
  get primary(): SessionRuntime {
    const [primary] = this.runtimes;
    if (!primary) throw noRequest();
    return primary;
  }

  /** Whether an app wants the session loaded for every handler. */
  get everywhere(): boolean {
    return this.runtimes.some(({ parts }) => parts.everywhere);
  }

  /** The session of a type. */
  ofType(type: SessionType): Slot {
    return this.#slot(this.#runtimeOf(type));
  }

  /** The session with a cookie name. @throws SessionError NO_REQUEST */
  named(cookieName: string): Slot {
    const runtime = this.runtimes.find((known) => known.cookieName === cookieName);
    if (!runtime) throw noRequest();
    return this.#slot(runtime);
  }

  /** Loads the session of each module. */
  load(): MaybePromise<void> {
    if (this.runtimes.length === 1) return this.first.handle.load();
    const loading = this.runtimes.map(async (runtime) => this.#slot(runtime).handle.load());
    return Promise.all(loading).then(() => undefined);
  }

  /** Something begins that may commit; answers what to call when it is over. */
  enter(): () => void {
    if (this.runtimes.length === 1) return this.primary.active.enter();
    const leave = this.runtimes.map(({ active }) => active.enter());
    return () => leave.forEach((call) => call());
  }

  /** Settles those that somebody asked for; `undefined` when there is nothing to wait for. */
  settle(settle: (handle: SessionHandle) => Promise<void> | undefined): Promise<void> | undefined {
    const pending = this.#made.map(({ handle }) => settle(handle)).filter((commit) => commit !== undefined);
    if (pending.length < 2) return pending[0];
    return Promise.all(pending).then(() => undefined);
  }

  /** Forgets the changes of values. */
  abandon(): void {
    for (const { handle } of this.#made) handle.abandon();
  }

  #runtimeOf(type: SessionType): SessionRuntime {
    const own = this.runtimes.find(
      ({ parts }) => parts.type === type || parts.type.cookieName === type.cookieName,
    );
    if (own) return own;
    return type.cookieName === Session.cookieName ? this.primary : this.primary.sibling(type);
  }

  #slot(runtime: SessionRuntime): Slot {
    const known = this.#made.find((slot) => slot.runtime.cookieName === runtime.cookieName);
    if (known) return known;
    const slot = this.make(runtime);
    this.#made.push(slot);
    return slot;
  }
}
