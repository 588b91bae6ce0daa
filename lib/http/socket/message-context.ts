import type { MaybePromise } from '../../providers/session-provider.js';
import { refuseProperties, type Session, type SessionType } from '../../session/session.js';
import { SessionHandle } from '../../session/session-handle.js';
import type { SessionBearer } from '../session-bearer.js';
import type { SessionRuntime } from '../session-runtime.js';
import { type SessionSlot, SessionSlots } from '../session-slots.js';
import type { SocketConnection } from './socket-connection.js';

/**
 * One message over a socket: what a request is to HTTP, without a response. No cookie can leave, so a session is neither begun nor
 * given a new token here.
 */
export class MessageContext implements SessionBearer {
  readonly #slots: SessionSlots<SessionSlot>;

  constructor(
    private readonly connection: SocketConnection,
    runtimes: readonly SessionRuntime[],
  ) {
    this.#slots = new SessionSlots(runtimes, (runtime) => this.#newSlot(runtime));
  }

  get session(): Session {
    return this.#slots.first.session;
  }

  get everywhere(): boolean {
    return this.#slots.everywhere;
  }

  now(): number {
    return this.#slots.primary.parts.manager.now();
  }

  handleOf(type: SessionType): SessionHandle {
    return this.#slots.ofType(type).handle;
  }

  handleNamed(cookieName: string): SessionHandle {
    return this.#slots.named(cookieName).handle;
  }

  load(): MaybePromise<void> {
    return this.#slots.load();
  }

  enter(): () => void {
    return this.#slots.enter();
  }

  challenge(): void {
    // A message is answered by another one, which has no headers.
  }

  /** Commits what a handler changed, before it answers; `undefined` when there is nothing to wait for. */
  settle(): Promise<void> | undefined {
    const commit = this.#slots.settle((handle) => handle.settleResponse());
    if (commit) return commit.then(() => this.#hand());
    this.#hand();
    return undefined;
  }

  /** The handler failed: what it changed is forgotten, as of a request that ends in a 5xx (law H6). */
  abandon(): void {
    this.#slots.abandon();
  }

  /** The next message reads nothing older than what this one wrote. */
  #hand(): void {
    for (const { handle, runtime } of this.#slots.made) {
      const { seenRecord } = handle;
      if (seenRecord) this.connection.sessionOf(runtime).adopt(seenRecord);
    }
  }

  #newSlot(runtime: SessionRuntime): SessionSlot {
    const { manager, sockets, warn } = runtime.parts;
    const { where } = this.connection;
    const handle = new SessionHandle(manager, {
      presented: () => [],
      found: () => this.connection.sessionOf(runtime).find(),
      where: () => where,
      cookie: {
        canLeave: () => false,
        isOutdated: () => false,
        never: true,
        touches: sockets.touch,
        warn: (message) => warn(`${where}: ${message}`),
      },
    });
    return { runtime, handle, session: refuseProperties(runtime.session(() => handle)) };
  }
}
