import { isSessionId } from '../credentials/token.js';
import { badPrincipal, noRequest } from '../errors/use.js';
import { seenAt } from '../record/lifetime.js';
import type { DeviceFacts } from '../record/meta.js';
import type { SessionEvents } from '../events/session-events.js';
import type { LiveRecord } from './live-record.js';
import { principalName, signOnName } from './login.js';
import type { Session } from './session.js';
import type { SessionManager } from './session-manager.js';

/** One session of a principal, as its owner may see it: no value, no token. Instants are epoch milliseconds. */
export interface SessionSummary {
  /** For {@link Sessions.revoke}; public, not the token. */
  readonly id: string;
  readonly createdAt: number;
  /** When the principal logged in. */
  readonly authenticatedAt: number;
  /** As exact as the touch interval. */
  readonly seenAt: number;
  /** When it dies unless it is seen again. */
  readonly expiresAt: number;
  /** When it dies in any case. */
  readonly absoluteAt: number;
  /** How the principal logged in (RFC 8176). */
  readonly amr: readonly string[];
  /** `null` unless the login named its device, or `session.principals.device_facts` is on. */
  readonly device: DeviceFacts | null;
}

/** What Nest hands to guards, interceptors and filters, as far as it matters here. */
interface RequestBearer {
  switchToHttp(): { getRequest(): unknown };
}

/** What the service needs of the app around it; absent where there is none. */
export interface SessionsParts {
  readonly events: SessionEvents;
  readonly sessionOf: (context: RequestBearer) => Session;
}

/** A session, as far as it says whose and which it is. */
interface OwnedSession {
  readonly id: string | null;
  readonly principal: string | null;
}

/**
 * The sessions of all users, for "your devices", "sign out everywhere else", a password change, an incident. Inject it anywhere.
 *
 * What it ends is dead in every process once the promise settles (law D1). Principals are what `login()` was given; a number and its
 * text are the same principal.
 *
 * Ending many at once may take up to 30 seconds before it fails with STORE_TIMEOUT; it may be repeated.
 *
 * Errors: NO_PRINCIPAL_INDEX from a provider that does not know whose sessions it holds, BAD_PRINCIPAL, STORE_TIMEOUT, STORE_FAILED.
 */
export class Sessions {
  readonly #manager: SessionManager;
  readonly #parts: SessionsParts | undefined;

  /** Made by the module, not by you. */
  constructor(manager: SessionManager, parts?: SessionsParts) {
    this.#manager = manager;
    this.#parts = parts;
  }

  /** What happens to the sessions of this app. @throws SessionError NO_REQUEST outside an app */
  get events(): SessionEvents {
    return this.#app.events;
  }

  /**
   * The session of the request that a guard, an interceptor or a filter is about, loaded.
   *
   * @throws SessionError NO_REQUEST
   */
  load(context: RequestBearer): Promise<Session> {
    return this.#app.sessionOf(context).load();
  }

  /** Exactly the live sessions of a principal, the one that logged in first at the front (law P1). */
  async list(principal: string | number): Promise<readonly SessionSummary[]> {
    const sessions = await this.#manager.sessionsOf(principalName(principal));
    return sessions.map((live) => summaryOf(live, this.#manager.policy.idleTimeout));
  }

  /**
   * Ends one session. Answers whether this call was the one that ended it; what cannot be an id never reaches the store (ATTACKS A42).
   *
   * @param principal whose session it has to be: give it where the id comes from a client, so that nobody ends another's.
   */
  async revoke(id: string, principal?: string | number): Promise<boolean> {
    const owner = principal === undefined ? undefined : principalName(principal);
    if (!isSessionId(id)) return false;
    if (owner !== undefined && (await this.#manager.load(id))?.record.meta.principal !== owner) return false;
    return this.#manager.end(id, 'revoked');
  }

  /**
   * Ends all sessions of the principal of `session` but this one (law P3). Answers how many it ended.
   *
   * @throws SessionError BAD_PRINCIPAL when nobody is logged in there
   */
  async revokeOthers({ id, principal }: OwnedSession): Promise<number> {
    if (id === null || principal === null) throw badPrincipal('a session that nobody is logged in to');
    return this.#manager.endSessionsOf(principal, id);
  }

  /** Ends all sessions of a principal: after a password change, or for a user who is blocked. Answers how many it ended. */
  async revokeAll(principal: string | number): Promise<number> {
    return this.#manager.endSessionsOf(principalName(principal));
  }

  /**
   * Ends the sessions of a principal that began with one sign-on at an identity provider: those whose login was given its `sid`.
   * Answers how many it ended.
   *
   * @throws SessionError ILLEGAL_VALUE for a `sid` that cannot be one
   */
  async revokeSignOn(principal: string | number, sid: string): Promise<number> {
    const name = signOnName(sid);
    const sessions = await this.#manager.sessionsOf(principalName(principal));
    const begun = sessions.filter(({ record }) => record.meta.login?.sid === name);
    const ended = await Promise.all(begun.map(({ id }) => this.#manager.end(id, 'revoked')));
    return ended.filter(Boolean).length;
  }

  /** Ends all sessions of everybody, at once, however many there are: after an incident. */
  async revokeEverything(): Promise<void> {
    await this.#manager.endEverything();
  }

  get #app(): SessionsParts {
    if (!this.#parts) throw noRequest();
    return this.#parts;
  }
}

function summaryOf({ id, record: { meta }, deadline }: LiveRecord, idleTimeout: number): SessionSummary {
  const { createdAt, absoluteAt, login } = meta;
  return {
    id,
    createdAt,
    authenticatedAt: login?.authenticatedAt ?? createdAt,
    seenAt: seenAt(meta, deadline, idleTimeout),
    expiresAt: deadline,
    absoluteAt,
    amr: login?.amr ?? [],
    device: login?.device ?? null,
  };
}
