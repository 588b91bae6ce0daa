import { sessionGone } from '../errors/outage.js';
import { SessionError } from '../errors/session-error.js';
import { notLoaded } from '../errors/use.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { Segments } from '../record/record-text.js';
import type { CollectedChanges } from './collected-changes.js';
import type { Rewrite } from './commit-loop.js';
import { CLEAR, type CookieChange, KEEP } from './cookie-change.js';
import { type Commit, decideCommit } from './decide-commit.js';
import { isStale, type LiveRecord } from './live-record.js';
import { type Keep, layOver, renewed, Transaction } from './rewrites.js';
import { type SelectedSession, selectSession } from './select-session.js';
import type { SessionManager } from './session-manager.js';
import { SessionValues } from './session-values.js';
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
  /** `dead`: the session ended elsewhere while this request ran. Nothing is written any more, and nothing new is created (D2). */
  #state: 'unloaded' | 'loaded' | 'dead' = 'unloaded';
  #loading: Promise<void> | undefined;
  /** One commit at a time. */
  readonly #line = new TaskLine();
  #values: SessionValues;
  /** Empty until the session has a record in the store. */
  #live: LiveRecord | undefined;
  /** `null` until the session has a record in the store. */
  #token: string | null = null;
  #presentedAny = false;
  #createdHere = false;
  #cookie: CookieChange = KEEP;
  /** What the cookie jar is told while there is no session: nothing, or to forget the one that was invalidated here. */
  #bareCookie: CookieChange = KEEP;
  /** The id of the session that this request lost. It may live on with a new token, and then a logout still has to end it. */
  #lostId: string | undefined;
  #uses = 0;
  #settledUses = -1;

  constructor(
    readonly manager: SessionManager,
    origin: HandleOrigin,
  ) {
    this.#origin = origin;
    this.#values = this.#valuesOf(new Map());
  }

  get loaded(): boolean {
    return this.#state !== 'unloaded';
  }

  /** Whether an accessor was used: the response depends on the cookie then (law H5). */
  get lookedAt(): boolean {
    return this.#uses > 0;
  }

  get cookie(): CookieChange {
    return this.#cookie;
  }

  /** The values, for any read or write. @throws SessionError NOT_LOADED */
  get values(): SessionValues {
    this.#use();
    return this.#values;
  }

  /** The record; `undefined` while there is none. @throws SessionError NOT_LOADED */
  get live(): LiveRecord | undefined {
    this.#use();
    return this.#live;
  }

  /** @throws SessionError NOT_LOADED */
  get token(): string | null {
    this.#use();
    return this.#token;
  }

  /** Whether the client did not bring this session along. @throws SessionError NOT_LOADED */
  get isNew(): boolean {
    this.#use();
    return this.#createdHere || !this.#live;
  }

  /** Loads once; everybody who asks shares that one load. After a failure it may be tried again. */
  load(): MaybePromise<void> {
    if (this.loaded) return undefined;
    if (this.#loading) return this.#loading;
    this.#origin.onFirstUse?.();
    const presented = this.#origin.presented();
    this.#presentedAny = presented.length > 0;
    const selected = selectSession(this.manager, presented);
    if (!isPromise(selected)) return this.#begin(selected);
    this.#loading = selected
      .then((found) => this.#begin(found))
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
    if (this.#settledUses === this.#uses) return undefined;
    this.#settledUses = this.#uses;
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
      return this.#commitChanges(this.#values.collect());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Commits what was changed after the response had begun. A session that has no record yet cannot get one any more, because no
   * cookie can carry its token: its changes are dropped, with an event.
   */
  settleLate(): Promise<void> | undefined {
    if (this.#state !== 'loaded' || this.#live || this.#line.busy) return this.settle();
    if (this.#values.collect().size > 0) this.manager.report({ type: 'late-write' });
    this.#values.discard();
    return undefined;
  }

  /** Forgets the changes of values (law H6). What was awaited before, such as `invalidate()`, stays done. */
  abandon(): void {
    this.#values.discard();
  }

  /** Drops the changes of this request and reads the record anew. @throws SessionError SESSION_GONE */
  async reload(): Promise<void> {
    assertOutsideTransaction(this);
    await this.load();
    await this.#line.run(async () => {
      if (!this.#live) return this.#values.discard();
      const live = await this.manager.load(this.#live.id);
      if (!live) throw this.#die(sessionGone('ended'));
      if (live.record.meta.epoch !== this.#live.record.meta.epoch) throw this.#die(sessionGone('superseded'));
      this.#live = live;
      this.#values.reset(new Map(live.segments));
    });
  }

  /**
   * Runs `change` on a draft of the values and commits it at once, together with what the request changed before; runs it again,
   * on the newer values, when another request was faster (laws C3, C4). Answers what the committed run returned.
   */
  async transact<T>(change: (draft: SessionValues) => MaybePromise<T>): Promise<T> {
    assertOutsideTransaction(this);
    await this.load();
    return this.#line.run(async () => {
      this.#assertAlive();
      const changes = this.values.collect();
      const guarded = (draft: SessionValues): MaybePromise<T> => runInTransaction(this, () => change(draft));
      const transaction = new Transaction(changes, this.manager.policy.limits, guarded);
      if (this.#live) await this.#commit(changes, transaction.rewrite(this.manager.sighting()));
      else await this.#create(() => transaction.on(new Map()), changes);
      return transaction.result;
    });
  }

  /** Law R1: a new token and a new epoch, at once; the id and the absolute deadline stay. */
  async regenerate(keep: Keep): Promise<void> {
    assertOutsideTransaction(this);
    await this.load();
    await this.#line.run(async () => {
      this.#assertAlive();
      const changes = this.values.collect();
      if (!this.#live) return this.#values.retain(keep);
      const { id } = this.#live;
      const { token, digest } = this.manager.issueSecret(id);
      await this.#commit(changes, renewed(changes, this.manager.sighting(), { digest, keep }));
      this.#issue(token);
      this.manager.report({ type: 'regenerated', id });
    });
  }

  /** Laws D1, D3: ends the session at once. What is written afterwards belongs to a new one. */
  async invalidate(): Promise<void> {
    assertOutsideTransaction(this);
    await this.load();
    await this.#line.run(async () => {
      this.#use();
      const id = this.#live?.id ?? this.#lostId;
      if (id !== undefined) await this.manager.end(id, 'invalidated');
      this.#restart();
      this.#state = 'loaded';
      this.#createdHere = false;
      this.#lostId = undefined;
      this.#bareCookie = this.#presentedAny ? CLEAR : KEEP;
      this.#cookie = this.#bareCookie;
    });
  }

  #use(): void {
    if (!this.loaded) throw notLoaded(this.#origin.where());
    this.#uses += 1;
  }

  #begin(selected: SelectedSession | undefined): void {
    this.#state = 'loaded';
    if (!selected) return;
    this.#live = selected.live;
    this.#token = selected.token;
    this.#values = this.#valuesOf(new Map(selected.live.segments));
  }

  #commitChanges(changes: CollectedChanges): Promise<void> | undefined {
    if (this.#state === 'dead')
      return changes.size > 0 ? Promise.reject(this.#die(sessionGone('ended'))) : undefined;
    switch (this.#decide(changes)) {
      case 'update':
        return this.#line.run(() => this.#commit(changes, layOver(changes, this.manager.sighting())));
      case 'create':
        return this.#line.run(() => this.#create(() => changes.applyTo(new Map()), changes));
      case 'touch':
        if (this.#live) this.#live = this.manager.touch(this.#live);
        return undefined;
      default:
        return undefined;
    }
  }

  #decide(changes: CollectedChanges): Commit {
    const { creation, touchInterval } = this.manager.policy;
    const live = this.#live;
    return decideCommit({
      stored: live !== undefined,
      invalidated: false,
      regenerated: false,
      rotated: false,
      changed: changes.size > 0 || (creation === 'eager' && !live),
      stale: live !== undefined && isStale(live, this.manager.now(), touchInterval),
    });
  }

  async #commit(changes: CollectedChanges, rewrite: Rewrite): Promise<void> {
    if (!this.#live) return;
    try {
      this.#live = await this.manager.commit(this.#live, rewrite);
    } catch (error) {
      throw error instanceof SessionError && error.code === 'SESSION_GONE' ? this.#die(error) : error;
    }
    this.#values.adopt(new Map(this.#live.segments), changes);
  }

  async #create(compose: () => MaybePromise<Segments | undefined>, changes: CollectedChanges): Promise<void> {
    const issued = await this.manager.create(compose);
    if (!issued) return;
    const { live, token } = issued;
    this.#live = live;
    this.#createdHere = true;
    this.#values.adopt(new Map(live.segments), changes);
    this.#issue(token);
  }

  #issue(token: string): void {
    this.#token = token;
    this.#cookie = { kind: 'set', token };
  }

  /** Law D2: the data of a dead session is dropped, and the client's cookie is left alone: it may be a newer one already. */
  #die(error: SessionError): SessionError {
    if (this.#live) {
      this.manager.report({ type: 'dropped', id: this.#live.id });
      this.#lostId = this.#live.id;
    }
    this.#restart();
    this.#state = 'dead';
    this.#cookie = this.#bareCookie;
    return error;
  }

  #restart(): void {
    this.#live = undefined;
    this.#token = null;
    this.#values.reset(new Map());
  }

  #assertAlive(): void {
    if (this.#state === 'dead') throw sessionGone('ended');
  }

  #valuesOf(segments: Map<string, string>): SessionValues {
    return new SessionValues(segments, this.manager.policy.limits, () => {
      if (this.#live) this.manager.report({ type: 'corrupt-record', id: this.#live.id });
    });
  }
}
