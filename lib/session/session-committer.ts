import { sessionGone } from '../errors/outage.js';
import { SessionError } from '../errors/session-error.js';
import { cookieCannotLeave } from '../errors/use.js';
import type { Admission } from '../providers/atomic-session-store.js';
import type { Sighting } from '../record/transitions.js';
import type { CollectedChanges } from './collected-changes.js';
import type { Rewrite } from './commit-loop.js';
import { type Commit, decideCommit } from './decide-commit.js';
import { isStale, type LiveRecord } from './live-record.js';
import { LoginDetector } from './login-detector.js';
import { confirmed, layOver, renewedInGrace } from './rewrites.js';
import type { Birth } from './record-writer.js';
import type { SessionManager } from './session-manager.js';
import type { SessionState } from './session-state.js';
import type { MintedToken } from './token-mint.js';

/** What the request says about the cookie that its response may carry. */
export interface CookieFacts {
  /** Whether a cookie can still reach the client; where it cannot, a change that needs a new token is refused. */
  canLeave(): boolean;
  /** True where there is no response at all, for the words of a refusal. Default false. */
  readonly never?: boolean;
  /** Whether being looked at keeps the session alive. Default true. */
  readonly touches?: boolean;
  /** Whether the token came in a cookie that is to be replaced, and with it the token. */
  isOutdated(): boolean;
  /** Where a warning for the developer goes. */
  warn(message: string): void;
}

/** What a commit writes beside values. */
interface Privilege {
  /** The token that the session has afterwards, if the commit takes it. */
  readonly minted?: MintedToken;
  readonly admission?: Admission;
  /** Whether the token of before lives on for a while: a login that nobody announced has to be looked for then, too. */
  readonly withGrace?: boolean;
}

/** Takes what one request knows of its session to the store, and brings back what became of it. One call at a time. */
export class SessionCommitter {
  constructor(
    private readonly manager: SessionManager,
    private readonly state: SessionState,
    private readonly cookie: CookieFacts,
  ) {}

  /** What a response costs: decides, and answers the commit; `undefined` when there is nothing to wait for. */
  settlement(): (() => Promise<unknown>) | undefined {
    const changes = this.state.values.collect();
    const { live } = this.state;
    if (this.state.dead) return changes.size > 0 ? () => Promise.reject(this.#gone()) : undefined;
    const commit = this.#decide(changes);
    if (commit === 'create') return () => this.create(changes);
    if (!live) return undefined;
    switch (commit) {
      case 'rotate':
        return changes.size > 0
          ? () => this.rotate(changes, live)
          : () => this.#unlessGone(() => this.rotate(changes, live));
      case 'update':
        return () => this.commit(changes, layOver(changes, this.sighting()));
      case 'confirm':
        return () => this.#unlessGone(() => this.commit(changes, confirmed(this.sighting())));
      case 'touch':
        this.state.touched(this.manager.touch(live));
        return undefined;
      default:
        return undefined;
    }
  }

  /** What a commit that happens now writes down about it. */
  sighting(): Sighting {
    const presented = this.state.presentedDigest;
    return {
      at: this.manager.now(),
      idleTimeout: this.manager.policy.idleTimeout,
      ...(presented === undefined ? {} : { presented }),
    };
  }

  /**
   * A token that no cookie carries is known to nobody: it would cut the client off from its session.
   *
   * @throws SessionError COOKIE_CANNOT_LEAVE
   */
  assertCookieCanLeave(what: string): void {
    if (!this.cookie.canLeave()) throw cookieCannotLeave(what, this.cookie.never === true);
  }

  /** Creates the session if there is anything to store; by default, what the request changed. */
  async create(changes: CollectedChanges, birth: Partial<Birth> = {}): Promise<void> {
    this.assertCookieCanLeave('A session that is not in the store yet');
    const issued = await this.manager.create({ compose: () => changes.applyTo(new Map()), ...birth });
    if (issued) this.state.created(issued, changes);
  }

  /** Answers whether the session has the minted token now. */
  async commit(changes: CollectedChanges, rewrite: Rewrite, privilege: Privilege = {}): Promise<boolean> {
    const { live } = this.state;
    if (!live) return false;
    const { minted, admission, withGrace = false } = privilege;
    const detector = minted && !withGrace ? undefined : this.#detector(live.id);
    const left = await this.#commit(live, detector?.watch(rewrite) ?? rewrite, admission);
    this.state.adopt(left, changes);
    if (detector?.seen) this.#unannounced(live.id);
    const issued = [minted, detector?.minted].find((each) => each?.digest === left.record.meta.digest);
    if (issued) this.state.issue(issued.token);
    return issued !== undefined && issued === minted;
  }

  /** Law R2: of several requests that want to rotate the token, one does; the others commit their changes. */
  async rotate(changes: CollectedChanges, live: LiveRecord): Promise<void> {
    const minted = this.manager.mint(live.id);
    const wish = {
      digest: minted.digest,
      grace: this.manager.policy.renewalGrace,
      from: this.state.ownDigest,
    };
    const won = await this.commit(changes, renewedInGrace(changes, this.sighting(), wish), {
      minted,
      withGrace: true,
    });
    if (won) this.manager.report({ type: 'rotated', id: live.id });
  }

  /** A request that changed nothing loses nothing with its session, and so ends well (law D2). */
  async #unlessGone(housekeeping: () => Promise<unknown>): Promise<void> {
    try {
      await housekeeping();
    } catch (error) {
      if (!this.state.dead) throw error;
    }
  }

  async #commit(live: LiveRecord, rewrite: Rewrite, admission?: Admission): Promise<LiveRecord> {
    try {
      return await this.manager.commit(live, rewrite, admission);
    } catch (error) {
      if (error instanceof SessionError && error.code === 'SESSION_GONE') this.state.die();
      throw error;
    }
  }

  #decide(changes: CollectedChanges): Commit {
    const { creation } = this.manager.policy;
    const { live } = this.state;
    return decideCommit({
      stored: live !== undefined,
      rotated: live !== undefined && this.#wantsRotation(live),
      confirming: live !== undefined && this.#confirms(live),
      changed:
        changes.size > 0 ||
        live?.isMigrated === true ||
        (creation === 'eager' && !live && this.cookie.canLeave()),
      stale:
        live !== undefined &&
        this.cookie.touches !== false &&
        isStale(live, this.manager.now(), this.manager.policy),
    });
  }

  /** Whether this request brought the token that is to be replaced, and can tell its client. */
  #wantsRotation({ record: { meta } }: LiveRecord): boolean {
    const { standing } = this.state.client;
    if (standing !== 'current' && standing !== 'stranded') return false;
    if (meta.digest !== this.state.loadedDigest || !this.cookie.canLeave()) return false;
    const { renewalTimeout } = this.manager.policy;
    const age = this.manager.now() - meta.rotation.issuedAt;
    const due = renewalTimeout !== undefined && age >= renewalTimeout;
    return due || standing === 'stranded' || this.cookie.isOutdated();
  }

  #confirms({ record: { meta } }: LiveRecord): boolean {
    return !meta.rotation.confirmed && meta.digest === this.state.presentedDigest;
  }

  #detector(id: string): LoginDetector | undefined {
    const { userKey, unannounced } = this.manager.policy.principals;
    if (userKey === undefined || unannounced === 'off' || this.state.hasNewPrivilege) return undefined;
    return new LoginDetector(userKey, unannounced === 'auto' ? () => this.#mint(id, userKey) : undefined);
  }

  #mint(id: string, userKey: string): MintedToken {
    this.assertCookieCanLeave(`Another value of "${userKey}"`);
    return this.manager.mint(id);
  }

  #unannounced(id: string): void {
    const { userKey, unannounced } = this.manager.policy.principals;
    this.manager.report({ type: 'unannounced-login', id });
    if (unannounced === 'auto') this.manager.report({ type: 'regenerated', id });
    else
      this.cookie.warn(
        `The session key "${userKey}" changed without a login, so a token from before the login stays good. ` +
          'Fix: call `await session.login(user)`, or set `session.principals.unannounced: auto`.',
      );
  }

  #gone(): SessionError {
    this.state.die();
    return sessionGone('ended');
  }
}
