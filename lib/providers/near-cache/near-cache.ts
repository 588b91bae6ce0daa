import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  AtomicSessionStore,
  CreateOutcome,
  EndReason,
  EndsEverything,
  KnowsPrincipals,
  OwnedRecord,
  ReplaceOutcome,
  StoredRecord,
} from '../atomic-session-store.js';
import type { Clock } from '../clock.js';
import { after } from '../sealed/after.js';
import type { MaybePromise } from '../session-provider.js';
import type { CacheCoherence } from './cache-coherence.js';
import { CachedRecords, type Flight, ownerOf } from './cached-records.js';
import { type Leases, LEASES } from './leases.js';
import { EVERYTHING, type Outdated } from './mail.js';
import { Mailbox, type MailReader } from './mailbox.js';
import { Membership, type MembershipParts } from './membership.js';
import type { CachedOption } from './near-cache-options.js';
import { Revocations } from './revocations.js';
import { RosterView } from './roster-view.js';

/** What may stand behind a cache. Its other capabilities have nothing to do with one. */
export type CacheableStore = AtomicSessionStore & KnowsPrincipals & EndsEverything;

/** What the cache of one process has done, for a metric or a health page. */
export interface NearCacheUsage {
  /** Whether it serves now. */
  readonly serving: boolean;
  readonly sessions: number;
  /** Two for each character of a record, and 256 a record. */
  readonly bytes: number;
  /** Loads that were answered without a call to the store, and all others, since the start. */
  readonly hits: number;
  readonly misses: number;
}

/** What a near-cache works with. */
export interface NearCacheParts {
  readonly store: CacheableStore;
  readonly clock: Clock;
  readonly leases: Leases;
  readonly revocations: Pick<Revocations, 'prepare' | 'revoke' | 'hint'>;
  readonly mailbox: Mailbox;
  /** Empty in a process that caches nothing itself; its writes are told to those that do. */
  readonly cache?: { readonly records: CachedRecords; readonly membership: Membership } | undefined;
}

/** What a near-cache is made from. */
export interface NearCacheSetup {
  readonly store: CacheableStore;
  readonly coherence: CacheCoherence;
  readonly clock: Clock;
  readonly options: CachedOption;
  readonly leases?: Leases | undefined;
}

/**
 * A store that answers loads from this process as long as nothing else could be read from the store behind it, by leases: who caches is
 * on a roster, and a write is not acknowledged before each process there has dropped what it changed, or has lost its lease (Gray and
 * Cheriton, Leases, SOSP 1989). The rules, and what they promise: docs/near-cache.md.
 *
 * A process that does not cache takes part with its writes. While nobody caches, a write costs nothing more.
 */
export class NearCache implements CacheableStore {
  #hits = 0;
  #misses = 0;

  constructor(private readonly parts: NearCacheParts) {}

  get usage(): NearCacheUsage {
    const { cache, leases } = this.parts;
    return {
      serving: cache?.membership.serves(leases.time.hurried()) ?? false,
      sessions: cache?.records.count ?? 0,
      bytes: cache?.records.bytes ?? 0,
      hits: this.#hits,
      misses: this.#misses,
    };
  }

  /** Answers at once what it has; begins to cache with the first call. */
  load(id: string): MaybePromise<StoredRecord | undefined> {
    const { cache, store, leases, clock } = this.parts;
    if (!cache) return store.load(id);
    const at = leases.time.hurried();
    if (!cache.membership.serves(at)) {
      cache.membership.start();
      return this.#missed(store.load(id));
    }
    const found = cache.records.find(id, at, clock.now());
    if (!found) return this.#missed(this.#keeping(id, () => store.load(id), asRead));
    this.#hits++;
    return found;
  }

  create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    const written = (outcome: CreateOutcome): StoredRecord | undefined =>
      outcome === 'ok' ? { text, deadline } : undefined;
    return this.#keeping(id, () => this.parts.store.create(id, text, deadline), written);
  }

  replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const current = (outcome: ReplaceOutcome): StoredRecord | undefined => {
      if (typeof outcome === 'object') return outcome;
      return outcome === 'ok' ? { text, deadline } : undefined;
    };
    const write = (): MaybePromise<ReplaceOutcome> =>
      this.#keeping(id, () => this.parts.store.replace(id, etag, text, deadline), current, true);
    return this.#telling([id], write, (outcome) => (outcome === 'ok' ? [id] : []));
  }

  touch(id: string, deadline: number): MaybePromise<void> {
    return after(this.parts.store.touch(id, deadline), () => {
      this.parts.cache?.records.touched(id, deadline);
    });
  }

  /** Tells of a session that had ended before as well: whoever ended it may have died before telling. */
  end(id: string, reason: EndReason): Promise<boolean> {
    return this.#dropping(
      [id],
      () => this.parts.store.end(id, reason),
      () => [id],
    );
  }

  /** A login that was refused may have made room before. */
  admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const owner = ownerOf(admission.principal);
    const changed = (outcome: AdmitOutcome): readonly Outdated[] => {
      if (typeof outcome === 'object' && 'evicted' in outcome) return [write.id, ...outcome.evicted];
      return admission.limit === undefined ? [write.id] : [write.id, owner];
    };
    return this.#dropping([write.id, owner], () => this.parts.store.admit(write, admission), changed);
  }

  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]> {
    return this.parts.store.sessionsOf(principal);
  }

  /** Tells of all sessions of the principal: some may have been ended by somebody who has not told yet. */
  endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    const owner = ownerOf(principal);
    return this.#dropping(
      [owner],
      () => this.parts.store.endSessionsOf(principal, reason, except),
      (ended) => [owner, ...ended],
    );
  }

  endEverything(): Promise<void> {
    return this.#dropping(
      [EVERYTHING],
      () => this.parts.store.endEverything(),
      () => [EVERYTHING],
    );
  }

  /** Looks at the roster, and begins to cache, if it is to. */
  async start(): Promise<void> {
    await this.parts.revocations.revoke([]);
    this.parts.cache?.membership.start();
  }

  /** Leaves the roster, so that no write has to wait for this process. */
  async close(): Promise<void> {
    await this.parts.cache?.membership.stop();
    await this.parts.mailbox.end();
  }

  /** A write after which this process looks into the store again. */
  #dropping<T>(
    suspect: readonly Outdated[],
    write: () => MaybePromise<T>,
    changed: (outcome: T) => readonly Outdated[],
  ): Promise<T> {
    const dropping = async (): Promise<T> => {
      const outcome = await write();
      this.parts.cache?.records.drop(changed(outcome));
      return outcome;
    };
    return this.#telling(suspect, dropping, changed);
  }

  /**
   * A write that is acknowledged when no other process serves what it changed.
   *
   * @param suspect what it may have changed should it fail: nobody knows then, and nobody waits for that to be told.
   */
  async #telling<T>(
    suspect: readonly Outdated[],
    write: () => MaybePromise<T>,
    changed: (outcome: T) => readonly Outdated[],
  ): Promise<T> {
    const { revocations, cache } = this.parts;
    revocations.prepare();
    let outcome: T;
    try {
      outcome = await write();
    } catch (error) {
      cache?.records.drop(suspect);
      revocations.hint(suspect);
      throw error;
    }
    const what = changed(outcome);
    if (what.length > 0) await revocations.revoke(what);
    return outcome;
  }

  /**
   * Keeps what a call to the store brings, unless somebody changes it meanwhile.
   *
   * @param isNews whether what is held of it already is outdated by the answer, whatever that is
   */
  #keeping<T>(
    id: string,
    call: () => MaybePromise<T>,
    read: (answer: T) => StoredRecord | undefined,
    isNews = false,
  ): MaybePromise<T> {
    const { cache, leases } = this.parts;
    const at = leases.time.hurried();
    if (!cache) return call();
    const flight = cache.membership.serves(at) ? cache.records.depart(id) : { id, stale: true };
    return this.#landing(flight, call, (answer) => {
      if (isNews) cache.records.supersede(flight);
      cache.records.arrive(flight, this.#live(read(answer)), at + leases.entryLife);
      return answer;
    });
  }

  async #landing<T>(flight: Flight, call: () => MaybePromise<T>, landed: (answer: T) => T): Promise<T> {
    try {
      return landed(await call());
    } catch (error) {
      this.parts.cache?.records.arrive(flight, undefined, 0);
      throw error;
    }
  }

  #live(record: StoredRecord | undefined): StoredRecord | undefined {
    return record && this.parts.clock.now() < record.deadline ? record : undefined;
  }

  #missed<T>(answer: T): T {
    if (this.parts.cache) this.#misses++;
    return answer;
  }
}

const asRead = (stored: StoredRecord | undefined): StoredRecord | undefined => stored;

/** Puts together what a near-cache works with. */
export function nearCache({ store, coherence, clock, options, leases = LEASES }: NearCacheSetup): NearCache {
  const mailbox = new Mailbox(coherence, leases, options !== false);
  const view = new RosterView(coherence, leases);
  const cache =
    options === false ? undefined : cacheOf(new CachedRecords(options), { coherence, leases, mailbox, view });
  const ownName = (): string | undefined => cache?.membership.name;
  const revocations = new Revocations({ coherence, leases, mailbox, view, ownName });
  mailbox.onMail = mailReader(mailbox, revocations, cache);
  return new NearCache({ store, clock, leases, revocations, mailbox, cache });
}

type Cache = NonNullable<NearCacheParts['cache']>;

function cacheOf(records: CachedRecords, parts: Omit<MembershipParts, 'forsake'>): Cache {
  return { records, membership: new Membership({ ...parts, forsake: () => records.clear() }) };
}

/** What is done about mail: a member drops what it is told to, and says so, in this order. */
export const mailReader =
  (mailbox: Mailbox, revocations: Revocations, cache: Cache | undefined): MailReader =>
  (mail) => {
    if (mail.kind === 'done') return revocations.done(mail.member, mail.number);
    const member = cache?.membership.name;
    if (!cache || member === undefined || mail.from === mailbox.address) return;
    cache.records.drop(mail.what);
    mailbox.send(mail.from, { kind: 'done', member, number: mail.number }).catch(() => undefined);
  };
