import type { CredentialProvider } from '../credentials/credential-provider.js';
import type { Listeners } from '../events/listeners.js';
import { publish, type SessionEvent } from '../events/session-event.js';
import type { TimedOperation } from '../events/timed-operation.js';
import type {
  Admission,
  Announcement,
  AtomicSessionStore,
  EndReason,
  StoreCapabilities,
  StoredRecord,
} from '../providers/atomic-session-store.js';
import type { Clock } from '../providers/clock.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { RecordMeta } from '../record/meta.js';
import type { SessionMigration } from '../record/migration.js';
import type { Segments } from '../record/record-text.js';
import type { ValueCodec } from '../record/value-codec.js';
import type { ValueRules } from '../record/value-rules.js';
import type { ValueSchema } from '../record/value-schema.js';
import { type SecretStanding, standingOf } from '../record/verify.js';
import { announcementOf } from './announcement-of.js';
import { type CommitGround, commitLoop, type Rewrite } from './commit-loop.js';
import { CommitQueue } from './commit-queue.js';
import { FirstTimes } from './first-times.js';
import { GuardedStore } from './guarded-store.js';
import { type LiveRecord, touchedDeadline } from './live-record.js';
import type { SessionPolicy } from './policy.js';
import { RecordReader } from './record-reader.js';
import { type Birth, type IssuedSession, RecordWriter } from './record-writer.js';
import { isPromise } from './store-call.js';
import { StoreWatch } from './store-watch.js';
import { type MintedToken, type TokenClaim, TokenMint } from './token-mint.js';
import { upToDate } from './up-to-date.js';

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

/** How the end of a session is told. */
const DEATHS = {
  invalidated: 'invalidated',
  revoked: 'revoked',
  evicted: 'evicted',
  reused: 'reuse-detected',
} as const satisfies Record<Exclude<EndReason, 'expired'>, SessionEvent['type']>;

/** How long the end of many sessions at once may take. */
const MANY_TIMEOUT_MS = 30_000;

/** Stands in for the etag of a record that is only measured. */
const NO_ETAG = '-'.repeat(12);

/** A live session that a token opened. */
export interface FoundSession {
  readonly live: LiveRecord;
  /** `null` for a client that holds none of ours yet, see {@link SessionManager.findClaimed}. */
  readonly token: string | null;
  readonly standing: SecretStanding;
  /** Whether the client has yet to be told the token. */
  readonly isNews?: boolean;
}

/** What a token turned out to be; nothing has come of it yet. */
export interface Candidate {
  readonly id: string;
  readonly token: string | null;
  readonly standing: SecretStanding | 'expired';
  /** Empty when there is no live session of that id. */
  readonly live?: LiveRecord;
}

/**
 * Finds, creates, changes and ends sessions in a store: all that a request's handle does to the world, and nothing about requests.
 *
 * Each method keeps the operation timeout of the policy and reports an outage as an event before it throws it.
 */
export class SessionManager {
  readonly #queue = new CommitQueue<LiveRecord>();
  readonly #store: GuardedStore;
  readonly #watch: StoreWatch;
  readonly #mint: TokenMint;
  readonly #reader: RecordReader;
  readonly #writer: RecordWriter;
  readonly #ground: CommitGround;
  /** Which values a session may hold, and how they become text. */
  readonly rules: ValueRules;

  /** Private at run time as well: a printed manager shows neither secrets nor what a store holds (law F5). */
  readonly #parts: SessionManagerParts;

  constructor(parts: SessionManagerParts) {
    const { policy, codec, schema, migration, expired = new FirstTimes() } = parts;
    this.#parts = { ...parts, expired };
    this.rules = { ...policy.limits, codec, schema };
    const now = (): number => this.now();
    const report = (event: SessionEvent): void => this.report(event);
    const store = new GuardedStore(parts.store);
    const watch = new StoreWatch(policy.operationTimeout, report, parts.operations);
    const mint = new TokenMint(parts.credentials, parts.realm);
    const writer = new RecordWriter({ store, mint, policy, schemaVersion: migration?.version, now, report });
    const encode: CommitGround['encode'] = (...record) => writer.encode(...record);
    const assertFits = (...record: [RecordMeta, Segments]): void => void encode(NO_ETAG, ...record);
    const migrating = { rules: this.rules, migration, assertFits, report };
    const current = (live: LiveRecord): LiveRecord => upToDate(live, migrating);
    const { idleTimeout } = policy;
    this.#reader = new RecordReader({ store, watch, idleTimeout, expired, now, report, upToDate: current });
    this.#ground = { store, idleTimeout, now, encode, report, upToDate: current };
    this.#store = store;
    this.#watch = watch;
    this.#mint = mint;
    this.#writer = writer;
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
    const announcement = this.#parts.store.announce && announcementOf(event);
    if (announcement) this.#announce(announcement);
  }

  /** The session will end earlier than whoever holds a connection of it knows: they are to look at it. */
  endsEarlier(id: string): void {
    if (this.#parts.store.announce) this.#announce({ kind: 'changed', id });
  }

  /**
   * The live session that a token opens. A token outside the grammar, or one that the credential provider could not have made,
   * costs no call to the store (law I3). A token that was rotated away long ago ends its session (law R3).
   */
  find(token: string): MaybePromise<FoundSession | undefined> {
    const candidate = this.examine(token);
    return isPromise(candidate) ? candidate.then((each) => this.accept(each)) : this.accept(candidate);
  }

  /** As {@link find}, by what a client held before its session was moved here. */
  findClaimed(claim: TokenClaim): MaybePromise<FoundSession | undefined> {
    const candidate = this.#examine(claim, null);
    return isPromise(candidate) ? candidate.then((each) => this.accept(each)) : this.accept(candidate);
  }

  /** What a token is, without anything coming of it; `undefined` for one that cannot be ours. */
  examine(token: string): MaybePromise<Candidate | undefined> {
    const claim = this.#mint.read(token);
    if (claim) return this.#examine(claim, token);
    this.report({ type: 'malformed-token' });
    return undefined;
  }

  /** Takes a candidate for the session of a request, with all that comes of it. */
  accept(candidate: Candidate | undefined): MaybePromise<FoundSession | undefined> {
    if (!candidate || candidate.standing === 'expired') return undefined;
    const { id, live, token, standing } = candidate;
    if (standing === 'retired') return this.end(id, 'reused').then(() => undefined);
    if (live && standing !== 'unknown') return { live, token, standing };
    this.report({ type: 'unknown-token', id });
    return undefined;
  }

  /** The live record of an id, whoever asks; `undefined` when it is absent, dead or corrupt. */
  load(id: string): MaybePromise<LiveRecord | undefined> {
    const live = (held: LiveRecord | 'expired' | undefined): LiveRecord | undefined =>
      held === 'expired' ? undefined : held;
    const held = this.#reader.look(id);
    return isPromise(held) ? held.then(live) : live(held);
  }

  /** Creates a session, unless there is nothing to store; composes once, inside the operation timeout. */
  async create(birth: Birth): Promise<IssuedSession | undefined> {
    const issued = await this.#watch.call('create', (attention) => this.#writer.create(birth, attention));
    if (!issued) return undefined;
    this.report({ type: 'created', id: issued.live.id });
    return { ...issued, live: this.#ground.upToDate(issued.live) };
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
    return owned
      .map((record) => this.#reader.judge(record.id, record))
      .filter((live) => typeof live === 'object');
  }

  /** Ends the sessions of a principal but one; answers how many. @throws SessionError NO_PRINCIPAL_INDEX */
  async endSessionsOf(principal: string, except?: string): Promise<number> {
    const ended = await this.#watch.call(
      'end all',
      () => this.#store.endSessionsOf(principal, 'revoked', except),
      this.#manyTimeout,
    );
    for (const id of ended) this.report({ type: 'revoked', id });
    return ended.length;
  }

  /** Ends every session of the store, whoever's. @throws SessionError NO_PRINCIPAL_INDEX */
  async endEverything(): Promise<void> {
    await this.#watch.call('end everything', () => this.#store.endEverything(), this.#manyTimeout);
    this.report({ type: 'everything-revoked' });
  }

  /** For what an operator does to many sessions, of which no request waits for the answer as a visitor does. */
  get #manyTimeout(): number {
    return Math.max(MANY_TIMEOUT_MS, this.policy.operationTimeout);
  }

  /** Tells once that a session's time was over, whoever finds out. */
  expired(id: string, stored: StoredRecord): void {
    this.#reader.tellExpired(id, stored);
  }

  /** Settles when every call that is under way now has been answered or has timed out. */
  drain(): Promise<void> {
    return this.#watch.drain();
  }

  /** Tells the processes that watch. No request waits for it, but a shutdown does: see {@link Watches}. */
  #announce(announcement: Announcement): void {
    try {
      const told = this.#watch.call('announce', () => this.#store.announce(announcement));
      if (isPromise(told)) told.catch(() => undefined);
    } catch {
      // The outage was told. Whoever watches looks by itself now and then.
    }
  }

  #examine({ id, secret }: TokenClaim, token: string | null): MaybePromise<Candidate> {
    const judge = (held: LiveRecord | 'expired' | undefined): Candidate => {
      if (typeof held !== 'object') return { id, token, standing: held ?? 'unknown' };
      return { id, token, live: held, standing: standingOf(held.record.meta, secret, this.now()) };
    };
    const held = this.#reader.look(id);
    return isPromise(held) ? held.then(judge) : judge(held);
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
}
