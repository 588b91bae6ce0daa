import { hash } from 'node:crypto';
import type { SessionErrorCode } from '../../errors/codes.js';
import { storeFailed } from '../../errors/outage.js';
import { SessionError } from '../../errors/session-error.js';
import type { MaybePromise } from '../../providers/session-provider.js';
import { movedHere } from '../../record/transitions.js';
import type { FoundSession, SessionManager } from '../../session/session-manager.js';
import { StoreWatch } from '../../session/store-watch.js';
import type { TokenClaim } from '../../session/token-mint.js';
import { type FormerRow, readFormerRow } from './former-row.js';
import { signedIds } from './signed-ids.js';

/** What a move needs of the store of before. Rejects when the store failed; removing what is not there is no error. */
export interface FormerStore {
  get(id: string): Promise<unknown>;
  delete(id: string): Promise<void>;
}

/** Where sessions come from. */
export interface FormerSessions {
  readonly cookie: string;
  readonly secrets: readonly string[];
  readonly store: FormerStore;
}

/**
 * Moves sessions of express-session here, each when its client next comes: once, however many requests it sends at a time, and in
 * however many processes.
 *
 * The id of the new session follows from the old one, so that of all who create it one succeeds (law I1). What the client held before
 * counts as a token that was rotated away: it is good for the requests that are under way, for a client that never got the new one
 * (law R2), and for nobody afterwards (law R3). The row is removed once the new session is acknowledged; where that fails the request
 * fails, and the next one tries again.
 */
export class ExpressSessionMove {
  readonly #from: FormerSessions;
  readonly #watch: StoreWatch;

  constructor(
    private readonly manager: SessionManager,
    from: FormerSessions,
    private readonly warn: (message: string) => void,
  ) {
    this.#from = from;
    this.#watch = new StoreWatch(manager.policy.operationTimeout, (event) => manager.report(event));
  }

  /** The cookie that clients had before. */
  get cookieName(): string {
    return this.#from.cookie;
  }

  /** Whether there may be something to {@link find}. Costs no cryptography. */
  mayFind(header: string | undefined): boolean {
    return header?.includes(`${this.#from.cookie}=`) === true;
  }

  /** The session whose former cookie is in a raw `Cookie` header. A signature that is wrong costs no call to any store. */
  find(header: string | undefined): MaybePromise<FoundSession | undefined> {
    if (!this.mayFind(header)) return undefined;
    const [id, ...more] = signedIds(header, this.#from.cookie, this.#from.secrets);
    if (id === undefined) return undefined;
    if (more.length === 0) return this.#move(id);
    this.manager.report({ type: 'ambiguous-cookie' });
    return undefined;
  }

  async #move(former: string): Promise<FoundSession | undefined> {
    const claim = claimOf(former);
    const stored = await this.#ask('load the former session', (store) => store.get(former));
    try {
      const row = readFormerRow(stored, this.manager.now(), this.manager.rules);
      if (!row || row.segments.size === 0) return await this.manager.findClaimed(claim);
      const found = (await this.#create(claim, row)) ?? (await this.manager.findClaimed(claim));
      await this.#ask('remove the former session', (store) => store.delete(former));
      return found;
    } catch (error) {
      return this.#leave(claim, error);
    }
  }

  /** Answers `undefined` when another request was first. */
  async #create(claim: TokenClaim, { segments, persistent }: FormerRow): Promise<FoundSession | undefined> {
    const { manager } = this;
    const move = { secret: claim.secret, grace: manager.policy.renewalGrace, persistent };
    const issued = await manager.create({
      id: claim.id,
      compose: () => segments,
      shape: (meta) => movedHere(meta, move),
    });
    return issued && { ...issued, standing: 'current', isNews: true };
  }

  /** What we cannot hold stays where it is, so that nothing is lost when the limits are raised. */
  #leave({ id }: TokenClaim, error: unknown): undefined {
    if (!(error instanceof SessionError) || !UNFIT.includes(error.code)) throw error;
    this.manager.report({ type: 'corrupt-record', id });
    this.warn(`A session of express-session was left where it is: ${error.message}`);
  }

  async #ask<T>(operation: string, call: (store: FormerStore) => Promise<T>): Promise<T> {
    return this.#watch.call(operation, async () => {
      try {
        return await call(this.#from.store);
      } catch (error) {
        throw storeFailed(operation, error);
      }
    });
  }
}

/** What a session says that holds more than one of ours may. */
const UNFIT: readonly SessionErrorCode[] = ['LIMIT_EXCEEDED', 'ILLEGAL_VALUE'];

const ID_LENGTH = 22;

/**
 * What the id of before comes to here. Neither half tells it: ids are public, and stores keep a digest of the secret. The NUL keeps
 * the secret out of every token that a client could send.
 */
const claimOf = (former: string): TokenClaim => ({
  id: hash('sha256', `express-session id\0${former}`, 'base64url').slice(0, ID_LENGTH),
  secret: `express-session\0${former}`,
});
