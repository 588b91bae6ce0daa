import type { MaybePromise } from '../providers/session-provider.js';
import type { SessionScope } from '../session/current.js';
import type { Session } from '../session/session.js';

/** What the session of a handler belongs to: an HTTP request, or a message over a socket. */
export interface SessionBearer extends SessionScope {
  /** What handlers see: the session of the first module. */
  readonly session: Session;

  /** Whether the app wants the session loaded for every handler. */
  readonly everywhere: boolean;

  /** The time of the app, epoch milliseconds. */
  now(): number;

  /** Loads the session for handlers; the sessions of further modules as well, so that all of them are there synchronously. */
  load(): MaybePromise<void>;

  /** A handler begins that may commit; answers what to call when it is over. */
  enter(): () => void;

  /** Tells the client by a header what is asked of it; nothing happens where there is no response with headers to come. */
  challenge(header: string, value: string): void;
}
