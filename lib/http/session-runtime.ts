import { ActiveRequests } from './active-requests.js';
import { cookiePolicy, type CookiePolicy } from './cookie/cookie-policy.js';
import type { ExpressSessionMove } from './migrate-from/express-session-move.js';
import { ownRules } from '../session/own-rules.js';
import type { Session, SessionType } from '../session/session.js';
import type { SessionConnections } from '../session/session-connections.js';
import type { SessionHandle } from '../session/session-handle.js';
import { SessionManager } from '../session/session-manager.js';

/** What a message over a socket does to a session. */
export interface SocketRules {
  /** For how long, in milliseconds, what was read is shown to further messages. 0: each message reads anew. */
  readonly revalidate: number;
  /** Whether a message that looks at the session keeps it alive. */
  readonly touch: boolean;
}

/** What a runtime is made of. */
export interface SessionRuntimeParts {
  readonly manager: SessionManager;
  readonly cookie: CookiePolicy;
  readonly type: SessionType;
  /** In production the cookie is always Secure. */
  readonly production: boolean;
  /** Whether every handler gets its session loaded, or only those that ask for it. */
  readonly everywhere: boolean;
  /** What a browser is told to forget at a logout. */
  readonly clearSiteData: 'none' | 'cache' | 'storage' | 'all';
  /** Whether a login keeps the browser and the network that it came from. */
  readonly keepsDevices: boolean;
  /** Whether `request.session` is what passport and its kind expect. Default false. */
  readonly expressCompatible?: boolean;
  /** Brings sessions here from where they were before. Empty: there was nothing before. */
  readonly move?: ExpressSessionMove;
  /** The open connections of the app, and what their messages do to a session. */
  readonly connections: SessionConnections;
  readonly sockets: SocketRules;
  /** Where warnings for the developer go; never a value or a token. */
  readonly warn: (message: string) => void;
}

/** One kind of session as an app runs it: its store and policy, its cookie, and the class that handlers see. */
export class SessionRuntime {
  /** Requests that may still commit. */
  readonly active: ActiveRequests = new ActiveRequests();
  readonly #siblings = new Map<string, SessionRuntime>();

  constructor(readonly parts: SessionRuntimeParts) {}

  /** The name of the cookie on the wire, prefix included. */
  get cookieName(): string {
    return this.parts.cookie.name;
  }

  /** A session of the runtime's type that finds its handle by `find` at each use. */
  session(find: () => SessionHandle): Session {
    return new this.parts.type(find);
  }

  /**
   * The runtime of a session class with a cookie name of its own: the same store, policy and attributes, another cookie and rules for values of its own. Its tokens
   * are no good in the cookie of another.
   */
  sibling(type: SessionType): SessionRuntime {
    const known = this.#siblings.get(type.cookieName);
    if (known) return known;
    const { move: _move, ...parts } = this.parts;
    const { migrateFrom: _, ...attributes } = parts.cookie;
    const cookie = cookiePolicy({ ...attributes, name: type.cookieName });
    if (cookie.name === this.cookieName) return this;
    const manager = new SessionManager({
      ...this.parts.manager.parts,
      realm: type.cookieName,
      ...ownRules(type),
    });
    const sibling = new SessionRuntime({ ...parts, type, cookie, manager });
    this.#siblings.set(type.cookieName, sibling);
    return sibling;
  }

  /** Settles when nothing is under way that may still commit, or when it has had an operation timeout for it. */
  async drain(): Promise<void> {
    const { manager } = this.parts;
    await this.active.idle(manager.policy.operationTimeout);
    const managers = [manager, ...[...this.#siblings.values()].map(({ parts }) => parts.manager)];
    await Promise.all(managers.map((each) => each.drain()));
  }
}
