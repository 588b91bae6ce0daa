import type { IncomingMessage } from 'node:http';
import { ConnectedSession } from '../../session/connected-session.js';
import type { EndOfConnection } from '../../session/connection-line.js';
import { presentedTokens } from '../presented-tokens.js';
import { requestLine } from '../request-facts.js';
import type { SessionRuntime } from '../session-runtime.js';
import { MessageContext } from './message-context.js';

/** One open socket: the sessions that its handshake brought along, and a context for each of its messages. */
export class SocketConnection {
  readonly #sessions = new Map<string, ConnectedSession>();
  #closed = false;

  /** @param close closes the socket; called at most once. */
  constructor(
    private readonly handshake: IncomingMessage,
    private readonly runtimes: readonly SessionRuntime[],
    private readonly close: (why: EndOfConnection | 'outage') => void,
  ) {}

  /** Whether a session of it has died, or it is over by itself: what still comes in is dropped. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Such as `a message over GET /chat`. */
  get where(): string {
    return `a message over ${requestLine(this.handshake)}`;
  }

  /** Whose session runs here, for a message that comes in. */
  message(): MessageContext {
    return new MessageContext(this, this.runtimes);
  }

  /** The session of a runtime, as the handshake brought it along. */
  sessionOf(runtime: SessionRuntime): ConnectedSession {
    const known = this.#sessions.get(runtime.cookieName);
    if (known) return known;
    const { manager, cookie, connections, sockets } = runtime.parts;
    const session = new ConnectedSession(manager, connections, {
      tokens: presentedTokens(this.handshake.headers.cookie, cookie).tokens,
      revalidate: sockets.revalidate,
      cut: (why) => this.cut(why),
    });
    this.#sessions.set(runtime.cookieName, session);
    return session;
  }

  /**
   * Looks at the sessions of the handshake, so that the socket closes with them though no message ever comes; a store that is out
   * closes it as well, because nobody could say when.
   */
  async open(): Promise<void> {
    try {
      await Promise.all(this.runtimes.map(async (runtime) => this.sessionOf(runtime).find()));
    } catch {
      this.cut('outage');
    }
  }

  cut(why: EndOfConnection | 'outage'): void {
    if (this.#closed) return;
    this.release();
    this.close(why);
  }

  /** The socket is closed. */
  release(): void {
    this.#closed = true;
    for (const session of this.#sessions.values()) session.release();
  }
}
