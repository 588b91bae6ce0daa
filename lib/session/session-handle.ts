import { sessionGone } from '../errors/outage.js';
import type { SessionError } from '../errors/session-error.js';
import type { Admission } from '../providers/atomic-session-store.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { DeviceFacts, RecordMeta } from '../record/meta.js';
import type { Segments } from '../record/record-text.js';
import type { CollectedChanges } from './collected-changes.js';
import type { CookieChange } from './cookie-change.js';
import type { LiveRecord } from './live-record.js';
import { adjusted, kept, type Keep, renewed, Transaction } from './rewrites.js';
import { selectSession } from './select-session.js';
import { type CookieFacts, SessionCommitter } from './session-committer.js';
import type { FoundSession, SessionManager } from './session-manager.js';
import { SessionState } from './session-state.js';
import type { SessionValues } from './session-values.js';
import { isPromise } from './store-call.js';
import { TaskLine } from './task-line.js';
import { assertOutsideTransaction, runInTransaction } from './transaction-scope.js';

/** What a request brought along. */
export interface HandleOrigin {
  /** The tokens in the request's cookie; asked for when the session is first loaded. */
  presented(): readonly string[];
  /** What the request asked for, such as `GET /cart`, for errors; never with its query. */
  where(): string;
  /** Told once, when somebody first asks for the session. */
  onFirstUse?(): void;
  /** The device that a login comes from; absent where nobody wants to know. */
  device?(): Omit<DeviceFacts, 'name'> | undefined;
  /** Finds the session in the place of the tokens, which were looked at before: when a socket was opened. Mostly absent. */
  found?(): MaybePromise<FoundSession | undefined>;
  /** Absent where there is no response that has begun, no cookie of another name, and nobody to warn. */
  readonly cookie?: CookieFacts;
}

const PLAIN_COOKIE: CookieFacts = {
  canLeave: () => true,
  isOutdated: () => false,
  warn: () => undefined,
};

/** What a login makes of a session. */
export interface LoginChange {
  readonly keep: Keep;
  readonly admission: Admission;
  readonly change: (meta: RecordMeta) => RecordMeta;
}

/**
 * One session in one request: loaded at most once, changed in memory, committed before the response.
 *
 * A handle costs no I/O until somebody calls `load()`. Everything else wants that first, cookie or not, so that code which forgets
 * it fails in development and not on the first user who is logged in.
 */
export class SessionHandle {
  /** Private at run time as well: a printed handle shows nothing of its request (law F5). */
  readonly #origin: HandleOrigin;
  readonly #state: SessionState;
  readonly #committer: SessionCommitter;
  /** One commit at a time. */
  readonly #line = new TaskLine();
  #loading: Promise<void> | undefined;
  #settledUses = -1;

  constructor(
    readonly manager: SessionManager,
    origin: HandleOrigin,
  ) {
    this.#origin = origin;
    this.#state = new SessionState(manager, () => origin.where());
    this.#committer = new SessionCommitter(manager, this.#state, origin.cookie ?? PLAIN_COOKIE);
  }

  get loaded(): boolean {
    return this.#state.loaded;
  }

  /** Whether an accessor was used: the response depends on the cookie then (law H5). */
  get lookedAt(): boolean {
    return this.#state.uses > 0;
  }

  /** The record as this request last saw it. Looking at it here counts as no use. */
  get seenRecord(): LiveRecord | undefined {
    return this.#state.live;
  }

  get cookie(): CookieChange {
    return this.#state.client.cookie;
  }

  /** The values, for any read or write. @throws SessionError NOT_LOADED */
  get values(): SessionValues {
    this.#state.use();
    return this.#state.values;
  }

  /** The record; `undefined` while there is none. @throws SessionError NOT_LOADED */
  get live(): LiveRecord | undefined {
    this.#state.use();
    return this.#state.live;
  }

  /** @throws SessionError NOT_LOADED */
  get token(): string | null {
    this.#state.use();
    return this.#state.client.token;
  }

  /** Whether the client did not bring this session along. @throws SessionError NOT_LOADED */
  get isNew(): boolean {
    this.#state.use();
    return this.#state.isNew;
  }

  /** The device that the request comes from, if the app keeps such facts. */
  get device(): Omit<DeviceFacts, 'name'> | undefined {
    return this.#origin.device?.();
  }

  /** Loads once; everybody who asks shares that one load. After a failure it may be tried again. */
  load(): MaybePromise<void> {
    if (this.loaded) return undefined;
    if (this.#loading) return this.#loading;
    this.#origin.onFirstUse?.();
    const presented = this.#origin.presented();
    if (presented.length > 0) this.#state.client.presented();
    const selected = this.#origin.found ? this.#origin.found() : selectSession(this.manager, presented);
    if (!isPromise(selected)) return this.#state.begin(selected);
    this.#loading = selected
      .then((found) => this.#state.begin(found))
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  /** Commits what was changed so far; settled when the store has acknowledged it. */
  async save(): Promise<void> {
    assertOutsideTransaction(this);
    await this.load();
    await this.settle();
  }

  /**
   * Commits for the response, once its handler is done; `undefined` when there is nothing to wait for.
   *
   * Looking for changes in place serialises what was read, so a second call looks again only if the session was used in between, or if
   * the commit failed: an answer that hides the failure must not be a success (law H2).
   */
  settleResponse(): Promise<void> | undefined {
    if (this.#line.busy) return this.#line.busy.then(() => this.settleResponse());
    const { uses } = this.#state;
    if (this.#settledUses === uses) return undefined;
    this.#settledUses = uses;
    return this.settle()?.catch((error: unknown) => {
      this.#settledUses = -1;
      throw error;
    });
  }

  /** Commits what was changed so far; `undefined` when there is nothing to wait for. */
  settle(): Promise<void> | undefined {
    if (this.#line.busy) return this.#line.busy.then(() => this.settle());
    if (!this.loaded) return undefined;
    try {
      const commit = this.#committer.settlement();
      return commit && this.#line.run(async () => void (await commit()));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Commits what was changed after the response had begun. A session that has no record yet cannot get one any more, because no
   * cookie can carry its token: its changes are dropped, with an event.
   */
  settleLate(): Promise<void> | undefined {
    const { loaded, dead, live, values } = this.#state;
    if (this.#line.busy) return this.#line.busy.then(() => this.settleLate());
    if (!loaded || dead || live) return this.settle();
    if (values.collect().size > 0) this.manager.report({ type: 'late-write' });
    values.discard();
    return undefined;
  }

  /** Forgets the changes of values (law H6). What was awaited before, such as `invalidate()`, stays done. */
  abandon(): void {
    this.#state.values.discard();
  }

  /** Drops the changes of this request and reads the record anew. @throws SessionError SESSION_GONE */
  async reload(): Promise<void> {
    assertOutsideTransaction(this);
    await this.load();
    await this.#line.run(async () => {
      const known = this.#state.live;
      if (!known) return this.#state.values.discard();
      const live = await this.manager.load(known.id);
      if (!live) throw this.#die('ended');
      if (live.record.meta.epoch !== known.record.meta.epoch) throw this.#die('superseded');
      this.#state.reloaded(live);
    });
  }

  /**
   * Runs `change` on a draft of the values and commits it at once, together with what the request changed before; runs it again,
   * on the newer values, when another request was faster (laws C3, C4). Answers what the committed run returned.
   */
  async transact<T>(change: (draft: SessionValues) => MaybePromise<T>): Promise<T> {
    const guarded = (draft: SessionValues): MaybePromise<T> => runInTransaction(this, () => change(draft));
    return this.#change(async (changes, live) => {
      const transaction = new Transaction(changes, this.manager.rules, guarded);
      if (live) await this.#committer.commit(changes, transaction.rewrite(this.#committer.sighting()));
      else await this.#committer.create(changes, { compose: () => transaction.on(new Map()) });
      return transaction.result;
    });
  }

  /** Law R1: a new token and a new epoch, at once; the id and the absolute deadline stay. */
  async regenerate(keep: Keep): Promise<void> {
    await this.#change(async (changes, live) => {
      this.#committer.assertCookieCanLeave('regenerate()');
      if (!live) return this.#state.values.retain(keep);
      await this.#renew(changes, live, { keep });
      this.manager.report({ type: 'regenerated', id: live.id });
    });
  }

  /** Law R2: a new token at the same privilege, unless another request has rotated it a moment ago. */
  async rotate(): Promise<void> {
    await this.#change(async (changes, live) => {
      this.#committer.assertCookieCanLeave('rotate()');
      if (live && this.#state.client.standing !== 'previous') await this.#committer.rotate(changes, live);
    });
  }

  /** A new token, a new epoch and a principal, in one commit. A session that has no record yet gets one. */
  async login({ keep, admission, change }: LoginChange): Promise<void> {
    await this.#change(async (changes, live) => {
      this.#committer.assertCookieCanLeave('login()');
      if (live) await this.#renew(changes, live, { keep, admission, change });
      else {
        const compose = (): Segments => kept(changes.applyTo(new Map()), keep);
        await this.#committer.create(changes, { compose, shape: change, admission });
      }
      const id = this.#state.live?.id ?? '';
      this.manager.report({ type: 'login', id, principal: admission.principal });
    });
  }

  /** Changes what the record says of the session, at once, and tells the client's cookie jar. */
  async adjust(change: (meta: RecordMeta) => RecordMeta): Promise<void> {
    await this.#change(async (changes, live) => {
      if (!live) return this.#committer.create(changes, { shape: change });
      await this.#committer.commit(changes, adjusted(changes, this.#committer.sighting(), change));
      this.#state.reissue();
      if ((this.#state.live?.deadline ?? 0) < live.deadline) this.manager.endsEarlier(live.id);
    });
  }

  /** Laws D1, D3: ends the session at once. What is written afterwards belongs to a new one. */
  async invalidate({ loggedOut = false }: { readonly loggedOut?: boolean } = {}): Promise<void> {
    assertOutsideTransaction(this);
    await this.load();
    await this.#line.run(async () => {
      this.#state.use();
      const id = this.#state.endableId;
      if (id !== undefined) await this.manager.end(id, 'invalidated');
      this.#state.forget({ loggedOut });
    });
  }

  async #renew(
    changes: CollectedChanges,
    live: LiveRecord,
    { keep, change, admission }: Partial<LoginChange> & { readonly keep: Keep },
  ): Promise<void> {
    const minted = this.manager.mint(live.id);
    const renewal = { digest: minted.digest, keep, ...(change ? { change } : {}) };
    await this.#committer.commit(changes, renewed(changes, this.#committer.sighting(), renewal), {
      minted,
      ...(admission ? { admission } : {}),
    });
    this.#state.renewed();
  }

  /** One change of the session as a whole, after those that are under way. */
  async #change<T>(
    task: (changes: CollectedChanges, live: LiveRecord | undefined) => MaybePromise<T>,
  ): Promise<T> {
    assertOutsideTransaction(this);
    await this.load();
    return this.#line.run(() => {
      this.#state.assertAlive();
      this.#state.use();
      return task(this.#state.values.collect(), this.#state.live);
    });
  }

  #die(why: 'ended' | 'superseded'): SessionError {
    this.#state.die();
    return sessionGone(why);
  }
}
