import { sessionGone } from '../errors/outage.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { EndOfConnection } from './connection-line.js';
import type { LiveRecord } from './live-record.js';
import { selectSession } from './select-session.js';
import type { SessionConnections } from './session-connections.js';
import type { FoundSession, SessionManager } from './session-manager.js';
import { isPromise } from './store-call.js';

/** What a connection brought along, and how its session is kept fresh. */
export interface ConnectionOrigin {
  /** The tokens in the cookie of the handshake. */
  readonly tokens: readonly string[];
  /** For how long, in milliseconds, what was read may be shown to further messages. 0: each message reads anew. */
  readonly revalidate: number;
  /** Closes the connection. */
  cut(why: EndOfConnection): void;
}

/**
 * The session that a connection was opened with, for as long as it is open.
 *
 * Its token is checked once, at the first look: the session may rotate its token while the socket is open, and a token that was rotated away
 * must not be presented again (law R3). From then on the session is known by its id, and by its epoch: a change of privilege ends
 * what was opened before it (law R1).
 */
export class ConnectedSession {
  #known: FoundSession | 'anonymous' | undefined;
  #readAt = 0;
  #opening: Promise<FoundSession | undefined> | undefined;
  #end: EndOfConnection | undefined;
  #release: (() => void) | undefined;

  constructor(
    private readonly manager: SessionManager,
    private readonly connections: SessionConnections,
    private readonly origin: ConnectionOrigin,
  ) {}

  /**
   * The session as it is now; `undefined` where the handshake brought none that lives.
   *
   * @throws SessionError SESSION_GONE once it has died, STORE_TIMEOUT, STORE_FAILED
   */
  find(): MaybePromise<FoundSession | undefined> {
    if (this.#end) throw sessionGone(this.#end === 'superseded' ? 'superseded' : 'ended');
    const known = this.#known;
    if (known === 'anonymous') return undefined;
    if (known === undefined) return this.#open();
    if (this.manager.now() - this.#readAt < this.origin.revalidate) return known;
    const readAt = this.manager.now();
    const live = this.manager.load(known.live.id);
    return isPromise(live)
      ? live.then((found) => this.#refresh(known, found, readAt))
      : this.#refresh(known, live, readAt);
  }

  /** A message left the record like this: the next one reads no older one. */
  adopt(live: LiveRecord): void {
    const known = this.#known;
    if (typeof known === 'object' && live.record.meta.version >= known.live.record.meta.version)
      this.#known = { ...known, live };
  }

  /** The connection is over. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
    this.#end ??= 'ended';
  }

  #open(): MaybePromise<FoundSession | undefined> {
    if (this.#opening) return this.#opening;
    const readAt = this.manager.now();
    const found = selectSession(this.manager, this.origin.tokens);
    if (!isPromise(found)) return this.#begin(found, readAt);
    this.#opening = found
      .then((session) => this.#begin(session, readAt))
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  #begin(found: FoundSession | undefined, readAt: number): FoundSession | undefined {
    this.#known = found ?? 'anonymous';
    this.#readAt = readAt;
    if (found && !this.#end) this.#release = this.connections.hold(found.live, (why) => this.#cut(why));
    return found;
  }

  #refresh(known: FoundSession, live: LiveRecord | undefined, readAt: number): FoundSession {
    const epoch = live?.record.meta.epoch;
    if (!live || epoch !== known.live.record.meta.epoch) {
      const why = live ? 'superseded' : 'ended';
      this.#release?.();
      this.#cut(why);
      throw sessionGone(why);
    }
    const found = { ...known, live };
    this.#known = found;
    this.#readAt = Math.max(this.#readAt, readAt);
    return found;
  }

  #cut(why: EndOfConnection): void {
    if (this.#end) return;
    this.#end = why;
    this.origin.cut(why);
  }
}
