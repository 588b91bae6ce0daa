import { limitExceeded } from '../../errors/use.js';
import { etagOf } from '../../record/record-text.js';
import { AtomicSessionProvider } from '../atomic-session-provider.js';
import {
  type Closes,
  type CreateOutcome,
  IN_FLIGHT_WINDOW_MS,
  type ReplaceOutcome,
  type ReportsHealth,
  type StoredRecord,
  type Sweeps,
} from '../atomic-session-store.js';
import type { ProviderContext, SessionValueRecord } from '../session-provider.js';
import { Tombstones } from '../tombstones.js';
import { type InMemoryOptions, parseInMemoryOptions } from './in-memory-options.js';
import { RECORD_OVERHEAD, RecordTable, sizeOf } from './record-table.js';
import { NO_SLOT } from './slot-list.js';

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
export class InMemorySessionProvider extends AtomicSessionProvider implements Sweeps, ReportsHealth, Closes {
  readonly #options: InMemoryOptions;
  readonly #ended = new Tombstones();
  #records: RecordTable;
  #evicted = 0;

  /**
   * @param config `max_records` and `max_bytes`, see {@link InMemoryOptions}.
   * @throws SessionError CONFIG_INVALID
   */
  constructor(config: SessionValueRecord = {}, context: Partial<ProviderContext> = {}) {
    super(context);
    this.#options = parseInMemoryOptions(config);
    this.#records = this.#newTable();
  }

  get usage(): InMemoryUsage {
    return { records: this.#records.count, bytes: this.#records.bytes, evicted: this.#evicted };
  }

  override load(id: string): StoredRecord | undefined {
    const slot = this.#records.find(id);
    if (slot === undefined) return undefined;
    const deadline = this.#records.deadlineOf(slot);
    return this.context.clock.now() < deadline ? { text: this.#records.textOf(slot), deadline } : undefined;
  }

  /** @throws SessionError LIMIT_EXCEEDED when the record alone is larger than `max_bytes`. */
  override create(id: string, text: string, deadline: number): CreateOutcome {
    const now = this.context.clock.now();
    this.#clearExpired(now, EXPIRED_PER_WRITE);
    if (this.#held(id, now) !== undefined || this.#ended.has(id, now)) return 'exists';
    this.#assertFits(text);
    this.#shrink(now, this.#records.add(id, text, deadline));
    return 'ok';
  }

  /** @throws SessionError LIMIT_EXCEEDED when the record alone is larger than `max_bytes`; the old one stays. */
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const now = this.context.clock.now();
    const slot = this.#held(id, now);
    if (slot === undefined) return 'gone';
    const current = this.#records.textOf(slot);
    if (etagOf(current) !== etag) {
      const sentBefore = etagOf(current) === etagOf(text);
      return sentBefore ? 'ok' : { text: current, deadline: this.#records.deadlineOf(slot) };
    }
    this.#assertFits(text);
    this.#records.write(slot, text, deadline);
    this.#clearExpired(now, EXPIRED_PER_WRITE);
    this.#shrink(now, slot);
    return 'ok';
  }

  override touch(id: string, deadline: number): void {
    const slot = this.#held(id, this.context.clock.now());
    if (slot !== undefined && deadline > this.#records.deadlineOf(slot)) this.#records.extend(slot, deadline);
  }

  override end(id: string): boolean {
    const now = this.context.clock.now();
    const slot = this.#held(id, now);
    if (slot === undefined) return false;
    this.#records.remove(slot);
    this.#ended.add(id, now);
    return true;
  }

  /** Clears out up to `limit` expired records, about two microseconds each. */
  sweep(limit: number): number {
    return this.#clearExpired(this.context.clock.now(), limit);
  }

  /** Always well: there is nothing that could be out of reach. */
  health(): void {}

  /** Forgets all sessions. */
  close(): void {
    this.#records = this.#newTable();
    this.#ended.clear();
  }

  /** One record more than the limits allow, as a record is added before another goes; each counts for more than its overhead. */
  #newTable(): RecordTable {
    const { maxRecords, maxBytes } = this.#options;
    return new RecordTable(Math.min(maxRecords, Math.floor(maxBytes / RECORD_OVERHEAD)) + 1);
  }

  /** The record of an id, while somebody may still write to it. What is past its window is as absent as if it were swept. */
  #held(id: string, now: number): number | undefined {
    const slot = this.#records.find(id);
    if (slot === undefined) return undefined;
    if (now < this.#records.deadlineOf(slot) + IN_FLIGHT_WINDOW_MS) return slot;
    this.#records.remove(slot);
    return undefined;
  }

  #clearExpired(now: number, limit: number): number {
    for (let cleared = 0; cleared < limit; cleared++) {
      const slot = this.#records.firstDue;
      if (slot === NO_SLOT || now < this.#records.deadlineOf(slot) + IN_FLIGHT_WINDOW_MS) return cleared;
      this.#records.remove(slot);
    }
    return limit;
  }

  #assertFits(text: string): void {
    const size = sizeOf(text);
    const { maxBytes } = this.#options;
    if (size > maxBytes)
      throw limitExceeded('session.config.max_bytes', `${size} bytes`, `${maxBytes} bytes`);
  }

  /** Evicts until the limits hold again; the record that was just written stays, it fits on its own. */
  #shrink(now: number, written: number): void {
    const { maxRecords, maxBytes } = this.#options;
    const isOver = (): boolean => this.#records.count > maxRecords || this.#records.bytes > maxBytes;
    while (this.#records.count > 1 && isOver()) {
      const victim = this.#victim(now, written);
      if (now < this.#records.deadlineOf(victim)) this.#evicted++;
      this.#records.remove(victim);
    }
  }

  /** One of at least two records. The written one, as the most recent of its kind, is the oldest only where it is alone. */
  #victim(now: number, written: number): number {
    const { firstDue, oldestAnonymous, oldestAuthenticated } = this.#records;
    if (firstDue !== written && now >= this.#records.deadlineOf(firstDue)) return firstDue;
    return oldestAnonymous !== NO_SLOT && oldestAnonymous !== written ? oldestAnonymous : oldestAuthenticated;
  }
}
