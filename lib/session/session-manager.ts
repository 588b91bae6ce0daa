import type { CredentialProvider } from '../credentials/credential-provider.js';
import { storeFailed } from '../errors/outage.js';
import { limitExceeded } from '../errors/use.js';
import type { Listeners } from '../events/listeners.js';
import { publish, type SessionEvent } from '../events/session-event.js';
import type { TimedOperation } from '../events/timed-operation.js';
import type {
  Admission,
  AtomicSessionStore,
  EndReason,
  StoreCapabilities,
  StoredRecord,
} from '../providers/atomic-session-store.js';
import type { Clock } from '../providers/clock.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { isLive, timeoutHit } from '../record/lifetime.js';
import { newMeta, type RecordMeta } from '../record/meta.js';
import type { SessionMigration } from '../record/migration.js';
import { decodeRecord, encodeRecord, newEtag, type Segments } from '../record/record-text.js';
import { seen } from '../record/transitions.js';
import type { ValueCodec } from '../record/value-codec.js';
import type { ValueRules } from '../record/value-rules.js';
import type { ValueSchema } from '../record/value-schema.js';
import { type SecretStanding, standingOf } from '../record/verify.js';
import { admitted } from './admitted.js';
import { announcementOf } from './announcement-of.js';
import { type CommitGround, commitLoop, type Rewrite } from './commit-loop.js';
import { CommitQueue } from './commit-queue.js';
import { FirstTimes } from './first-times.js';
import { GuardedStore } from './guarded-store.js';
import { type LiveRecord, readRecord, touchedDeadline } from './live-record.js';
import type { SessionPolicy } from './policy.js';
import { type Attention, isPromise } from './store-call.js';
import { StoreWatch } from './store-watch.js';
import { type MintedToken, type TokenClaim, TokenMint } from './token-mint.js';
import { isOutdated, migrated } from './up-to-date.js';

/** What a manager works with. */
export interface SessionManagerParts {
  readonly store: AtomicSessionStore & StoreCapabilities;
  readonly credentials: CredentialProvider;
  readonly clock: Clock;
  readonly policy: SessionPolicy;
  /** Which kind of session it manages, where one store holds several, see {@link TokenMint}. */
  readonly realm?: string;
  /** Told each event of this app, beside the channel of the process; must not throw. */
  readonly listener?: (event: SessionEvent) => void;
  /** Told how long each operation on the store took. */
  readonly operations?: Listeners<TimedOperation>;
  /** Which sessions were told to be past their time, where several managers work on one store. Default: known to this one alone. */
  readonly expired?: FirstTimes;
  /** Empty: values are JSON. */
  readonly codec?: ValueCodec | undefined;
  /** Empty: a key may hold whatever is legal. */
  readonly schema?: ValueSchema | undefined;
  /** Empty: the app does not count the versions of its values. */
  readonly migration?: SessionMigration | undefined;
}

/** Two fresh ids of 128 random bits never meet; a store that says so again and again is broken. */
const MAX_CREATE_ATTEMPTS = 4;

/** How the end of a session is told. */
const DEATHS = {
  invalidated: 'invalidated',
  revoked: 'revoked',
  evicted: 'evicted',
  reused: 'reuse-detected',
} as const satisfies Record<Exclude<EndReason, 'expired'>, SessionEvent['type']>;

/** A live session that a token opened. */
export interface FoundSession {
  readonly live: LiveRecord;
  /** `null` for a client that holds none of ours yet, see {@link SessionManager.findClaimed}. */
  readonly token: string | null;
  readonly standing: SecretStanding;
  /** Whether the client has yet to be told the token. */
  readonly isNews?: boolean;
}

/** A session that was just created. */
export interface IssuedSession {
  readonly live: LiveRecord;
  readonly token: string;
}

/** What a new session is, beside its values. */
export interface Birth {
  /** Makes the first values; `undefined` when there is nothing to store, and then no session is created. May be a user's function. */
  readonly compose: () => MaybePromise<Segments | undefined>;
  /** What is said of it, where it is not as the policy says. */
  readonly shape?: ((meta: RecordMeta) => RecordMeta) | undefined;
  /** For a login: whose session it is. */
  readonly admission?: Admission | undefined;
  /** The id that it has to have; no session is created when that is taken. Empty: a fresh one. */
  readonly id?: string | undefined;
}

/**
 * Finds, creates, changes and ends sessions in a store: all that a request's handle does to the world, and nothing about requests.
 *
 * Each method keeps the operation timeout of the policy and reports an outage as an event before it throws it.
 */
export class SessionManager {
  readonly #queue = new CommitQueue<LiveRecord>();
  readonly #expired: FirstTimes;
  readonly #store: GuardedStore;
  readonly #watch: StoreWatch;
  readonly #mint: TokenMint;
  readonly #ground: CommitGround;
  /** Which values a session may hold, and how they become text. */
  readonly rules: ValueRules;

  /** Private at run time as well: a printed manager shows neither secrets nor what a store holds (law F5). */
  readonly #parts: SessionManagerParts;

  constructor(parts: SessionManagerParts) {
    this.#expired = parts.expired ?? new FirstTimes();
    this.#parts = { ...parts, expired: this.#expired };
    this.#store = new GuardedStore(parts.store);
    this.rules = { ...parts.policy.limits, codec: parts.codec, schema: parts.schema };
    const report = (event: SessionEvent): void => this.report(event);
    this.#watch = new StoreWatch(parts.policy.operationTimeout, report, parts.operations);
    this.#mint = new TokenMint(parts.credentials, parts.realm);
    this.#ground = {
      store: this.#store,
      now: () => this.now(),
      encode: (etag, meta, segments) => this.#encode(etag, meta, segments),
      report,
      upToDate: (live) => this.#upToDate(live),
    };
  }

  get parts(): SessionManagerParts {
    return this.#parts;
  }

  get policy(): SessionPolicy {
    return this.#parts.policy;
  }

  now(): number {
    return this.#parts.clock.now();
  }

  report(event: SessionEvent): void {
    publish(event);
    this.#parts.listener?.(event);
    this.#announce(event);
  }

  /**
   * The live session that a token opens. A token outside the grammar, or one that the credential provider could not have made,
   * costs no call to the store (law I3). A token that was rotated away long ago ends its session (law R3).
   */
  find(token: string): MaybePromise<FoundSession | undefined> {
    const claim = this.#mint.read(token);
    if (!claim) {
      this.report({ type: 'malformed-token' });
      return undefined;
    }
    return this.#open(claim, token);
  }

  /** As {@link find}, by what a client held before its session was moved here. */
  findClaimed(claim: TokenClaim): MaybePromise<FoundSession | undefined> {
    return this.#open(claim, null);
  }

  #open({ id, secret }: TokenClaim, token: string | null): MaybePromise<FoundSession | undefined> {
    const check = (found: LiveRecord | 'expired' | undefined): MaybePromise<FoundSession | undefined> => {
      if (found === 'expired') return undefined;
      const standing = found ? standingOf(found.record.meta, secret, this.now()) : 'unknown';
      if (standing === 'retired') return this.#endReused(id);
      if (found && standing !== 'unknown') return { live: found, token, standing };
      this.report({ type: 'unknown-token', id });
      return undefined;
    };
    const held = this.#look(id);
    return isPromise(held) ? held.then(check) : check(held);
  }

  /** The live record of an id, whoever asks; `undefined` when it is absent, dead or corrupt. */
  load(id: string): MaybePromise<LiveRecord | undefined> {
    const live = (held: LiveRecord | 'expired' | undefined): LiveRecord | undefined =>
      held === 'expired' ? undefined : held;
    const held = this.#look(id);
    return isPromise(held) ? held.then(live) : live(held);
  }

  /** Creates a session under a fresh id; an id that is taken is never written over (law I1). Composes once, inside the timeout. */
  async create({ compose, shape, admission, id }: Birth): Promise<IssuedSession | undefined> {
    const issued = await this.#watch.call('create', async (attention) => {
      const segments = await compose();
      if (!segments) return undefined;
      for (let attempt = 0; attempt < MAX_CREATE_ATTEMPTS; attempt++) {
        const created = await this.#tryCreate({ segments, shape, admission, id }, attention);
        if (created || id !== undefined) return created;
      }
      throw storeFailed('create', new Error('It says that every fresh id is taken.'));
    });
    if (issued) this.report({ type: 'created', id: issued.live.id });
    return issued;
  }

  /**
   * Changes a record by compare-and-swap, after the commits of this process that are under way for the same session.
   *
   * @param live the record as the request knows it; a commit from an older epoch, or of a dead session, is refused.
   * @param admission for a login: whose session it becomes.
   * @throws SessionError SESSION_GONE, SESSION_CONFLICT, SESSION_LIMIT, STORE_TIMEOUT, STORE_FAILED, LIMIT_EXCEEDED
   */
  async commit(live: LiveRecord, rewrite: Rewrite, admission?: Admission): Promise<LiveRecord> {
    const committed = await this.#watch.call('commit', (attention) => {
      attention.extendWhile(this.#lineMoves(live.id));
      return this.#queue.run(live.id, (left) => {
        const { epoch, version } = live.record.meta;
        const start = left && left.record.meta.version >= version ? left : live;
        const task = { epoch, start, rewrite, attention, admission };
        return attention.whileItLasts(commitLoop(this.#ground, task));
      });
    });
    return committed ?? live;
  }

  /** A new token for a session. @throws SessionError BAD_CREDENTIAL */
  mint(id: string): MintedToken {
    return this.#mint.issue(id);
  }

  /** What a record holds of a token; empty for no token of ours. */
  digestOf(token: string): string | undefined {
    return this.#mint.digestOf(token);
  }

  /** Moves the idle deadline. Never awaited by a response: a touch that fails is an event, and the next request tries again. */
  touch(live: LiveRecord): LiveRecord {
    const deadline = touchedDeadline(live, this.now(), this.policy.idleTimeout);
    const tell = (): void => this.report({ type: 'touched', id: live.id });
    try {
      const touched = this.#watch.call('touch', () => this.#store.touch(live.id, deadline));
      if (isPromise(touched)) touched.then(tell, () => undefined);
      else tell();
    } catch {
      return live;
    }
    return { ...live, deadline };
  }

  /** Ends a session for good (law D1). Answers whether this call was the one that ended it. */
  async end(id: string, reason: Exclude<EndReason, 'expired'>): Promise<boolean> {
    const ended = await this.#watch.call('end', () => this.#store.end(id, reason));
    if (ended) this.report({ type: DEATHS[reason], id });
    return ended;
  }

  /** The live sessions of a principal, those that logged in longest ago first (law P1). @throws SessionError NO_PRINCIPAL_INDEX */
  async sessionsOf(principal: string): Promise<readonly LiveRecord[]> {
    const owned = await this.#watch.call('list', () => this.#store.sessionsOf(principal));
    return owned.map((record) => this.#judge(record.id, record)).filter((live) => typeof live === 'object');
  }

  /** Ends the sessions of a principal but one; answers how many. @throws SessionError NO_PRINCIPAL_INDEX */
  async endSessionsOf(principal: string, except?: string): Promise<number> {
    const ended = await this.#watch.call('end all', () =>
      this.#store.endSessionsOf(principal, 'revoked', except),
    );
    for (const id of ended) this.report({ type: 'revoked', id });
    return ended.length;
  }

  /** Ends every session of the store, whoever's. @throws SessionError NO_PRINCIPAL_INDEX */
  async endEverything(): Promise<void> {
    await this.#watch.call('end everything', () => this.#store.endEverything());
    this.report({ type: 'everything-revoked' });
  }

  /** Tells once that a session's time was over; it may be seen by many requests, and by a sweep, before it is gone. */
  expired(id: string, { text, deadline }: StoredRecord): void {
    const meta = decodeRecord(text)?.meta;
    if (meta && this.#expired.first(id))
      this.report({ type: 'expired', id, timeout: timeoutHit(meta, deadline) });
  }

  /** Settles when every call that is under way now has been answered or has timed out. */
  drain(): Promise<void> {
    return this.#watch.drain();
  }

  /** Tells the other processes, where the store can. No request waits for it, but a shutdown does: see {@link Watches}. */
  #announce(event: SessionEvent): void {
    const announcement = this.#parts.store.announce && announcementOf(event);
    if (!announcement) return;
    try {
      const told = this.#watch.call('announce', () => this.#store.announce(announcement));
      if (isPromise(told)) told.catch(() => undefined);
    } catch {
      // The outage was told. Whoever watches looks by itself now and then.
    }
  }

  #isLive({ record, deadline }: LiveRecord): boolean {
    return isLive(record.meta, deadline, this.now(), this.policy.idleTimeout);
  }

  async #endReused(id: string): Promise<undefined> {
    await this.end(id, 'reused');
  }

  #look(id: string): MaybePromise<LiveRecord | 'expired' | undefined> {
    const read = (stored: StoredRecord | undefined): LiveRecord | 'expired' | undefined => {
      const judged = stored && this.#judge(id, stored);
      return typeof judged === 'object' ? this.#upToDate(judged) : judged;
    };
    const stored = this.#watch.call('load', () => this.#store.load(id));
    return isPromise(stored) ? stored.then(read) : read(stored);
  }

  /** What a store gave back is live, past its time, or nothing that we can read (law F3). */
  #judge(id: string, stored: StoredRecord): LiveRecord | 'expired' | undefined {
    const live = readRecord(id, stored);
    if (!live) this.report({ type: 'corrupt-record', id });
    if (!live || this.#isLive(live)) return live;
    this.expired(id, stored);
    return 'expired';
  }

  /** A record of an earlier release of the app with the values of this one. What cannot be migrated stays as it is (law F3). */
  #upToDate(live: LiveRecord): LiveRecord {
    const { migration } = this.#parts;
    if (!migration || !isOutdated(live, migration)) return live;
    try {
      const assertFits = (meta: RecordMeta, segments: Segments): void =>
        void this.#encode(live.record.etag, meta, segments);
      return migrated(live, { rules: this.rules, migration, assertFits });
    } catch {
      this.report({ type: 'migration-failed', id: live.id });
      return live;
    }
  }

  /** Tells at each call whether a commit of the session has succeeded since the last one: a store that is only busy is no outage. */
  #lineMoves(id: string): () => boolean {
    let known = this.#queue.succeeded(id);
    return () => {
      const before = known;
      known = this.#queue.succeeded(id);
      return known > before;
    };
  }

  /** The text of a record, held against the limit on its size. */
  #encode(etag: string, meta: RecordMeta, segments: Segments): string {
    const { keys, size } = this.policy.limits;
    if (segments.size > keys)
      throw limitExceeded('session.limits.keys', `${segments.size} keys`, String(keys));
    const text = encodeRecord(etag, meta, segments);
    const bytes = text.length > size / 3 ? Buffer.byteLength(text) : text.length;
    if (bytes > size) throw limitExceeded('session.limits.size', `${bytes} bytes`, `${size} bytes`);
    return text;
  }

  async #tryCreate(
    { segments, shape, admission, id: wanted }: Omit<Birth, 'compose'> & { readonly segments: Segments },
    attention: Attention,
  ): Promise<IssuedSession | undefined> {
    const id = wanted ?? (await this.#store.newId());
    const { token, digest } = this.mint(id);
    const { idleTimeout, absoluteTimeout } = this.policy;
    const { migration } = this.#parts;
    const fresh: RecordMeta = {
      ...newMeta({ digest, now: this.now(), idleTimeout, absoluteTimeout }),
      ...(migration && { schemaVersion: migration.version }),
    };
    const meta = seen(shape?.(fresh) ?? fresh, { at: fresh.seenAt, idleTimeout });
    const text = this.#encode(newEtag(), meta, segments);
    const deadline = Math.min(meta.seenAt + meta.idleTimeout, meta.absoluteAt);
    attention.check();
    const outcome = await (admission
      ? admitted(this.#ground, { id, text, deadline }, admission)
      : this.#store.create(id, text, deadline));
    const live = readRecord(id, { text, deadline });
    return outcome === 'ok' && live ? { live: this.#upToDate(live), token } : undefined;
  }
}
