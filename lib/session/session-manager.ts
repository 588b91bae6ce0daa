import type { CredentialProvider } from '../credentials/credential-provider.js';
import { digestOf, isSecret, joinToken, splitToken } from '../credentials/token.js';
import { storeFailed } from '../errors/outage.js';
import { badCredential, limitExceeded } from '../errors/use.js';
import { SessionError } from '../errors/session-error.js';
import { publish, type SessionEvent } from '../events/session-event.js';
import type { AtomicSessionStore, EndReason, StoreCapabilities } from '../providers/atomic-session-store.js';
import type { Clock } from '../providers/clock.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { isLive } from '../record/lifetime.js';
import { newMeta, type RecordMeta } from '../record/meta.js';
import { encodeRecord, newEtag, type Segments } from '../record/record-text.js';
import { opens } from '../record/verify.js';
import { type CommitGround, commitLoop, type Rewrite } from './commit-loop.js';
import { CommitQueue } from './commit-queue.js';
import { GuardedStore } from './guarded-store.js';
import { type LiveRecord, readRecord, touchedDeadline } from './live-record.js';
import type { SessionPolicy } from './policy.js';
import type { Sighting } from './rewrites.js';
import { type Attention, isPromise, withinTimeout } from './store-call.js';

/** What a manager works with. */
export interface SessionManagerParts {
  readonly store: AtomicSessionStore & StoreCapabilities;
  readonly credentials: CredentialProvider;
  readonly clock: Clock;
  readonly policy: SessionPolicy;
  /**
   * Which kind of session it manages, where one store holds several. A token of one kind opens nothing as another: whoever may
   * write to an ordinary session must not be able to present it as an admin's. Empty for the only or first kind.
   */
  readonly realm?: string;
}

/** Two fresh ids of 128 random bits never meet; a store that says so again and again is broken. */
const MAX_CREATE_ATTEMPTS = 4;

/** A session that was just created or got a new token. */
export interface IssuedSession {
  readonly live: LiveRecord;
  readonly token: string;
}

/**
 * Finds, creates, changes and ends sessions in a store: all that a request's handle does to the world, and nothing about requests.
 *
 * Each method keeps the operation timeout of the policy and reports an outage as an event before it throws it.
 */
export class SessionManager {
  readonly #queue = new CommitQueue<LiveRecord>();
  readonly #inFlight = new Set<Promise<unknown>>();

  readonly #store: GuardedStore;
  readonly #ground: CommitGround;

  /** Private at run time as well: a printed manager shows neither secrets nor what a store holds (law F5). */
  readonly #parts: SessionManagerParts;

  constructor(parts: SessionManagerParts) {
    this.#parts = parts;
    this.#store = new GuardedStore(parts.store);
    this.#ground = {
      store: this.#store,
      idleTimeout: parts.policy.idleTimeout,
      now: () => this.now(),
      encode: (etag, meta, segments) => this.#encode(etag, meta, segments),
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

  /** What a commit that happens now writes down about it. */
  sighting(): Sighting {
    return { at: this.now(), idleTimeout: this.policy.idleTimeout };
  }

  report(event: SessionEvent): void {
    publish(event);
  }

  /**
   * The live session that a token opens. A token outside the grammar, or one that the credential provider could not have made,
   * costs no call to the store (law I3).
   */
  find(token: string): MaybePromise<LiveRecord | undefined> {
    const parts = splitToken(token);
    if (!parts || !this.#parts.credentials.validateSessionToken(parts.secret, parts.id)) {
      this.report({ type: 'malformed-token' });
      return undefined;
    }
    const found = this.load(parts.id);
    const check = (live: LiveRecord | undefined): LiveRecord | undefined => {
      if (live && opens(live.record.meta, this.#inRealm(parts.secret), this.now())) return live;
      this.report({ type: 'unknown-token', id: parts.id });
      return undefined;
    };
    return isPromise(found) ? found.then(check) : check(found);
  }

  /** The live record of an id, whoever asks; `undefined` when it is absent, dead or corrupt. */
  load(id: string): MaybePromise<LiveRecord | undefined> {
    const stored = this.#call('load', () => this.#store.load(id));
    const read = (found: Awaited<typeof stored>): LiveRecord | undefined => {
      if (!found) return undefined;
      const live = readRecord(id, found);
      if (!live) this.report({ type: 'corrupt-record', id });
      return live && isLive(live.record.meta, live.deadline, this.now(), this.policy.idleTimeout)
        ? live
        : undefined;
    };
    return isPromise(stored) ? stored.then(read) : read(stored);
  }

  /**
   * Creates a session under a fresh id; an id that is taken is never written over (law I1).
   *
   * @param compose makes the first values; `undefined` when there is nothing to store, and then no session is created. Runs once,
   *   and inside the operation timeout: it may be a user's function.
   */
  async create(compose: () => MaybePromise<Segments | undefined>): Promise<IssuedSession | undefined> {
    const issued = await this.#call('create', async (attention) => {
      const segments = await compose();
      if (!segments) return undefined;
      for (let attempt = 0; attempt < MAX_CREATE_ATTEMPTS; attempt++) {
        const created = await this.#tryCreate(segments, attention);
        if (created) return created;
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
   * @throws SessionError SESSION_GONE, SESSION_CONFLICT, STORE_TIMEOUT, STORE_FAILED, LIMIT_EXCEEDED
   */
  async commit(live: LiveRecord, rewrite: Rewrite): Promise<LiveRecord> {
    const committed = await this.#call('commit', (attention) => {
      attention.extendWhile(this.#lineMoves(live.id));
      return this.#queue.run(live.id, (left) => {
        const { epoch, version } = live.record.meta;
        const start = left && left.record.meta.version > version ? left : live;
        return attention.whileItLasts(commitLoop(this.#ground, { epoch, start, rewrite, attention }));
      });
    });
    return committed ?? live;
  }

  /** Tells at each call whether a commit of the session has succeeded since the last one: a store that is only busy is no outage. */
  #lineMoves(id: string): () => boolean {
    let seen = this.#queue.succeeded(id);
    return () => {
      const before = seen;
      seen = this.#queue.succeeded(id);
      return seen > before;
    };
  }

  /** A new secret for a session: its token for the client, and its digest for the record. */
  issueSecret(id: string): { readonly token: string; readonly digest: string } {
    const secret = this.#parts.credentials.createSessionToken(id);
    if (!isSecret(secret)) throw badCredential('something that cannot be part of a cookie');
    return { token: joinToken({ id, secret }), digest: digestOf(this.#inRealm(secret)) };
  }

  /** What is digested: a secret never holds a NUL, so nothing else reads the same. */
  #inRealm(secret: string): string {
    const { realm } = this.parts;
    return realm === undefined ? secret : `${realm}\0${secret}`;
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

  /** Moves the idle deadline. Never awaited by a response: a touch that fails is an event, and the next request tries again. */
  touch(live: LiveRecord): LiveRecord {
    const deadline = touchedDeadline(live, this.now(), this.policy.idleTimeout);
    try {
      const touched = this.#call('touch', () => this.#store.touch(live.id, deadline));
      if (isPromise(touched)) touched.catch(() => undefined);
    } catch {
      return live;
    }
    return { ...live, deadline };
  }

  /** Ends a session for good (law D1). Answers whether this call was the one that ended it. */
  async end(id: string, reason: EndReason): Promise<boolean> {
    const ended = await this.#call('end', () => this.#store.end(id, reason));
    if (ended) this.report({ type: 'invalidated', id });
    return ended;
  }

  /** Settles when every call that is under way now has been answered or has timed out. */
  async drain(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  async #tryCreate(segments: Segments, attention: Attention): Promise<IssuedSession | undefined> {
    const id = await this.#store.newId();
    const { token, digest } = this.issueSecret(id);
    const now = this.now();
    const { idleTimeout, absoluteTimeout } = this.policy;
    const meta = newMeta({ digest, now, idleTimeout, absoluteTimeout });
    const etag = newEtag();
    const text = this.#encode(etag, meta, segments);
    const deadline = Math.min(now + idleTimeout, meta.absoluteAt);
    attention.check();
    const outcome = await this.#store.create(id, text, deadline);
    const live = readRecord(id, { text, deadline });
    return outcome === 'ok' && live ? { live, token } : undefined;
  }

  #call<T>(operation: string, task: (attention: Attention) => MaybePromise<T>): MaybePromise<T> {
    try {
      const result = withinTimeout(operation, this.policy.operationTimeout, task);
      return isPromise(result) ? this.#watch(operation, result) : result;
    } catch (error) {
      this.#reportOutage(operation, error);
      throw error;
    }
  }

  async #watch<T>(operation: string, result: Promise<T>): Promise<T> {
    this.#inFlight.add(result);
    try {
      return await result;
    } catch (error) {
      this.#reportOutage(operation, error);
      throw error;
    } finally {
      this.#inFlight.delete(result);
    }
  }

  #reportOutage(operation: string, error: unknown): void {
    if (error instanceof SessionError && error.statusCode === 503)
      this.report({ type: 'outage', operation, error });
  }
}
