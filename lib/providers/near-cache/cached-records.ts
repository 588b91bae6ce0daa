import { hash } from 'node:crypto';
import { principalOf } from '../../record/record-text.js';
import type { StoredRecord } from '../atomic-session-store.js';
import { EVERYTHING, type Outdated, OWNER_MARK } from './mail.js';
import type { NearCacheOptions } from './near-cache-options.js';

/** A question to the store that is under way: what it answers may be kept unless it became stale meanwhile. */
export interface Flight {
  readonly id: string;
  stale: boolean;
}

interface Entry {
  record: StoredRecord;
  /** Until when it is kept, by the time of leases. */
  readonly until: number;
  /** Whether it was served since it was last passed over. */
  used: boolean;
  /** Whose it is, once somebody wanted to know; `null` for nobody's. */
  owner?: string | null;
}

/** What an entry costs beside its text, roughly: the id, the entry and its place in the map. */
const OVERHEAD = 256;

/** What a principal is called among processes: 96 bits of a digest. */
export const ownerOf = (principal: string): Outdated =>
  OWNER_MARK + hash('sha256', principal, 'base64url').slice(0, 16);

/**
 * The texts of records that were read or written, no more than the limits say; the first to go is the oldest that was not used
 * since it was last passed over (second chance).
 *
 * Neither an absent record nor one whose deadline has come is kept or served.
 */
export class CachedRecords {
  readonly #entries = new Map<string, Entry>();
  readonly #flights = new Map<string, Set<Flight>>();
  #bytes = 0;

  constructor(private readonly limits: NearCacheOptions) {}

  get count(): number {
    return this.#entries.size;
  }

  /** Two a character, and what an entry costs beside its text. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param at by the time of leases
   * @param now by the clock of the app, as deadlines are
   */
  find(id: string, at: number, now: number): StoredRecord | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    if (at >= entry.until || now >= entry.record.deadline) {
      this.#remove(id, entry);
      return undefined;
    }
    entry.used = true;
    return entry.record;
  }

  /** To be called before the store is asked. */
  depart(id: string): Flight {
    const flight = { id, stale: false };
    const flights = this.#flights.get(id) ?? new Set();
    this.#flights.set(id, flights.add(flight));
    return flight;
  }

  /** To be called once for each flight, with what it brought; `undefined` for nothing that can be kept. */
  arrive(flight: Flight, record: StoredRecord | undefined, until: number): void {
    const { id } = flight;
    const flights = this.#flights.get(id);
    if (flights?.delete(flight) && flights.size === 0) this.#flights.delete(id);
    if (!flight.stale && record) this.#keep(id, { record, until, used: false });
  }

  /** What the flight brings is news: whatever else was known of the session, or is about to be, is outdated. */
  supersede(flight: Flight): void {
    const { id, stale } = flight;
    this.#dropOne(id);
    flight.stale = stale;
  }

  /** A touch was acknowledged. */
  touched(id: string, deadline: number): void {
    const entry = this.#entries.get(id);
    if (entry && deadline > entry.record.deadline) entry.record = { ...entry.record, deadline };
  }

  /** Drops what is outdated, and makes stale what is under way and may be. */
  drop(what: readonly Outdated[]): void {
    for (const each of what) {
      if (each === EVERYTHING) this.clear();
      else if (each.startsWith(OWNER_MARK)) this.#dropOwned(each);
      else this.#dropOne(each);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
    this.#strand();
  }

  #dropOne(id: string): void {
    for (const flight of this.#flights.get(id) ?? []) flight.stale = true;
    const entry = this.#entries.get(id);
    if (entry) this.#remove(id, entry);
  }

  /** Whose sessions are under way is not known yet. */
  #dropOwned(owner: Outdated): void {
    this.#strand();
    for (const [id, entry] of this.#entries) {
      if (entry.owner === undefined) entry.owner = ownerIn(entry.record);
      if (entry.owner === owner) this.#remove(id, entry);
    }
  }

  #strand(): void {
    for (const flights of this.#flights.values()) for (const flight of flights) flight.stale = true;
  }

  #keep(id: string, entry: Entry): void {
    const former = this.#entries.get(id);
    if (former) this.#remove(id, former);
    const size = sizeOf(entry);
    if (size > this.limits.size) return;
    this.#makeRoom(size);
    this.#entries.set(id, entry);
    this.#bytes += size;
  }

  #makeRoom(size: number): void {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size < this.limits.max && this.#bytes + size <= this.limits.size) return;
      this.#remove(id, entry);
      if (entry.used) this.#passOver(id, entry);
    }
  }

  /** Back to the end of the line; it is met again there, unless there is room before. */
  #passOver(id: string, entry: Entry): void {
    entry.used = false;
    this.#entries.set(id, entry);
    this.#bytes += sizeOf(entry);
  }

  #remove(id: string, entry: Entry): void {
    this.#entries.delete(id);
    this.#bytes -= sizeOf(entry);
  }
}

const sizeOf = ({ record }: Entry): number => record.text.length * 2 + OVERHEAD;

function ownerIn({ text }: StoredRecord): string | null {
  const principal = principalOf(text);
  return principal === null ? null : ownerOf(principal);
}
