import { Session } from '../session/session.js';
import type { CookieChange } from '../session/cookie-change.js';
import { SessionHandle } from '../session/session-handle.js';
import type { SessionManager } from '../session/session-manager.js';

/** A session whose keys nobody declared. */
export type LooseSession = Session<Record<string, unknown>>;

/** `Session` or a subclass of it. */
export type LooseSessionType = new (handle: () => SessionHandle) => LooseSession;

/** One request without HTTP: what it brought along, its session, and its end. */
export class OpenRequest {
  readonly handle: SessionHandle;
  readonly session: LooseSession;

  /** @param presented the tokens in its cookie */
  constructor(
    readonly manager: SessionManager,
    presented: readonly string[],
    SessionClass: LooseSessionType = Session,
  ) {
    this.handle = new SessionHandle(manager, { presented: () => presented, where: () => 'GET /law' });
    this.session = new SessionClass(() => this.handle);
  }

  /** Ends the request as a response does: commits what was changed, and answers what the cookie jar is told. */
  async finish(): Promise<CookieChange> {
    await this.handle.settleResponse();
    return this.handle.cookie;
  }
}
