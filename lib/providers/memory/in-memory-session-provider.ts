import { etagOf } from '../../record/record-text.js';
import { oldestFirst, roomFor } from '../admission.js';
import { AtomicSessionProvider } from '../atomic-session-provider.js';
import {
  type Admission,
  type Admitted,
  type AdmitOutcome,
  type AdmittedWrite,
  type Closes,
  type CreateOutcome,
  type EndReason,
  type EndsEverything,
  type KnowsPrincipals,
  type OnExpired,
  type OwnedRecord,
  type ReplaceOutcome,
  type ReportsHealth,
  type StoredRecord,
  type Sweeps,
} from '../atomic-session-store.js';
import type { ProviderContext, SessionValueRecord } from '../session-provider.js';
import { Tombstones } from '../tombstones.js';
import { HeldRecords } from './held-records.js';
import { parseInMemoryOptions } from './in-memory-options.js';
import { RecordLimits } from './record-limits.js';

/** Each write clears out up to this many expired records, so that they go faster than new ones come. */
const EXPIRED_PER_WRITE = 2;

/** What a provider holds, for a metric or a health page. */
export interface InMemoryUsage {
  readonly records: number;
  /** As `max_bytes` counts them. */
  readonly bytes: number;
  /** Live sessions that had to go because a limit was reached, since the start. Rising means that a limit is too low. */
  readonly evicted: number;
}

/**
 * Sessions in the memory of this process: the default. Holds every law, survives no restart, is shared by no other process.
 *
 * Bounded in records and bytes (law F4). When a limit is reached, expired records go first, then those of nobody, then those of
 * somebody, always the least recently written or touched one. No operation waits, no timer runs, no step takes longer than a
 * millisecond or so, whatever the number of sessions.
 *
 * @example
 * ```ts
 * const provider = new InMemorySessionProvider({ max_records: 50_000, max_bytes: '128MiB' });
 * const token = await provider.createSession();
 * await provider.updateSession(token, { theme: 'dark' });
 * ```
 */
export class InMemorySessionProvider
  extends AtomicSessionProvider
  implements Sweeps, KnowsPrincipals, EndsEverything, ReportsHealth, Closes
{
  readonly #limits: RecordLimits;
  readonly #ended = new Tombstones();
  readonly #records: HeldRecords;
  /** Whether somebody wants to hear of each expired record; then nothing but a sweep removes them. */
  #isListenedTo = false;

  /**
   * @param config `max_records`, default 100000, and `max_bytes`, default 256 MiB.
   * @throws SessionError CONFIG_INVALID
   */
  constructor(config: SessionValueRecord = {}, context: Partial<ProviderContext> = {}) {
    super(context);
    this.#limits = new RecordLimits(parseInMemoryOptions(config));
    this.#records = new HeldRecords(this.#limits);
  }

  /** What it holds now. */
  get usage(): InMemoryUsage {
    return { records: this.#records.count, bytes: this.#records.bytes, evicted: this.#limits.evicted };
  }

  override load(id: string): StoredRecord | undefined {
    return this.#records.load(id, this.#now());
  }

  /** @throws SessionError LIMIT_EXCEEDED when the record alone is larger than `max_bytes`. */
  override create(id: string, text: string, deadline: number): CreateOutcome {
    const now = this.#now();
    if (this.#isTaken(id, now)) return 'exists';
    this.#put({ id, text, deadline }, now);
    return 'ok';
  }

  /** @throws SessionError LIMIT_EXCEEDED when the record alone is larger than `max_bytes`; the old one stays. */
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const now = this.#now();
    const conflict = this.#conflict({ id, etag, text }, now);
    if (conflict) return conflict;
    this.#put({ id, text, deadline }, now);
    return 'ok';
  }

  override touch(id: string, deadline: number): void {
    this.#records.touch(id, deadline, this.#now());
  }

  override end(id: string): boolean {
    const now = this.#now();
    const ended = this.#records.remove(id, now);
    if (ended) this.#ended.add(id, now);
    return ended;
  }

  /** @throws SessionError LIMIT_EXCEEDED when the record alone is larger than `max_bytes`; nobody makes room then. */
  admit(write: AdmittedWrite, admission: Admission): AdmitOutcome {
    const now = this.#now();
    const refusal = this.#refusal(write, now);
    if (refusal) return refusal;
    const room = roomFor(admission, () => this.#othersOf(admission.principal, write.id), now);
    if (room === 'full') return room;
    this.#limits.assertFits(write.text);
    for (const { id } of [...room.expired, ...room.evicted]) this.end(id);
    this.#put(write, now, admission.principal);
    return { evicted: room.evicted.map(({ id }) => id) };
  }

  sessionsOf(principal: string): readonly OwnedRecord[] {
    const now = this.#now();
    return oldestFirst(this.#records.ofPrincipal(principal, now).filter(({ deadline }) => now < deadline));
  }

  endSessionsOf(principal: string, _reason: EndReason, except?: string): readonly string[] {
    const ids = this.#othersOf(principal, except).map(({ id }) => id);
    return ids.filter((id) => this.end(id));
  }

  endEverything(): void {
    this.#records.clear();
  }

  /**
   * Clears out up to `limit` expired records, about two microseconds each. Once it was given a listener, writes leave that to it, so
   * that none goes unheard.
   */
  sweep(limit: number, onExpired?: OnExpired): number {
    this.#isListenedTo ||= onExpired !== undefined;
    return this.#records.clearExpired(limit, this.#now(), onExpired);
  }

  /** Always well: there is nothing that could be out of reach. */
  health(): void {}

  /** Forgets all sessions. */
  close(): void {
    this.#records.clear();
    this.#ended.clear();
  }

  #now(): number {
    return this.context.clock.now();
  }

  #isTaken(id: string, now: number): boolean {
    return this.#records.load(id, now) !== undefined || this.#ended.has(id, now);
  }

  /** Why a record may not be replaced; `undefined` when it may, or was already. */
  #conflict(
    { id, etag, text }: Pick<AdmittedWrite, 'id' | 'etag' | 'text'>,
    now: number,
  ): Exclude<ReplaceOutcome, 'ok'> | undefined {
    const current = this.#records.load(id, now);
    if (!current) return 'gone';
    const currentEtag = etagOf(current.text);
    return currentEtag === etag || currentEtag === etagOf(text) ? undefined : current;
  }

  #refusal(write: AdmittedWrite, now: number): Exclude<AdmitOutcome, Admitted | 'full'> | undefined {
    if (write.etag !== undefined) return this.#conflict(write, now);
    return this.#isTaken(write.id, now) ? 'exists' : undefined;
  }

  #put(write: AdmittedWrite, now: number, principal?: string): void {
    this.#limits.assertFits(write.text);
    if (!this.#isListenedTo) this.#records.clearExpired(EXPIRED_PER_WRITE, now);
    this.#records.put(write, now, principal);
  }

  /** What is held of a principal, but for one session. */
  #othersOf(principal: string, id: string | undefined): readonly OwnedRecord[] {
    return this.#records.ofPrincipal(principal, this.#now()).filter((record) => record.id !== id);
  }
}
