import { etagOf } from '../../record/record-text.js';
import {
  type AdmittedWrite,
  IN_FLIGHT_WINDOW_MS,
  type OnExpired,
  type OwnedRecord,
  type StoredRecord,
} from '../atomic-session-store.js';
import type { RecordLimits } from './record-limits.js';
import type { RecordTable } from './record-table.js';
import { NO_SLOT } from './slot-list.js';

/** The records to which somebody may still write. One that is past its window is as absent as if it were swept. */
export class HeldRecords {
  #table: RecordTable;

  constructor(private readonly limits: RecordLimits) {
    this.#table = limits.newTable();
  }

  get count(): number {
    return this.#table.count;
  }

  get bytes(): number {
    return this.#table.bytes;
  }

  load(id: string, now: number): StoredRecord | undefined {
    const slot = this.#find(id, now);
    return slot === undefined ? undefined : this.#recordAt(slot);
  }

  /** Those of a principal, past their deadline or not, in the order in which they became its own. */
  ofPrincipal(principal: string, now: number): readonly OwnedRecord[] {
    return this.#table
      .findOf(principal)
      .filter((slot) => this.#isHeld(slot, now))
      .map((slot) => ({ id: this.#table.idOf(slot), ...this.#recordAt(slot) }));
  }

  /**
   * Writes a record, and evicts others where it takes more room than there is. A write that was done before is not done again.
   *
   * @param principal the new owner; without one the record stays whose it is.
   */
  put(write: AdmittedWrite, now: number, principal?: string): void {
    const slot = this.#write(write, now);
    if (principal !== undefined) this.#table.assign(slot, principal);
    this.limits.shrink(this.#table, now, slot);
  }

  touch(id: string, deadline: number, now: number): void {
    const slot = this.#find(id, now);
    if (slot !== undefined && deadline > this.#table.deadlineOf(slot)) this.#table.extend(slot, deadline);
  }

  /** Answers whether it was there. */
  remove(id: string, now: number): boolean {
    const slot = this.#find(id, now);
    if (slot !== undefined) this.#table.remove(slot);
    return slot !== undefined;
  }

  /** Removes up to `limit` records that are past their window, about two microseconds each. Answers how many. */
  clearExpired(limit: number, now: number, onExpired?: OnExpired): number {
    for (let cleared = 0; cleared < limit; cleared++) {
      const slot = this.#table.firstDue;
      if (slot === NO_SLOT || this.#isHeld(slot, now)) return cleared;
      const id = this.#table.idOf(slot);
      const record = this.#recordAt(slot);
      this.#table.remove(slot);
      onExpired?.(id, record);
    }
    return limit;
  }

  /** Begins with an empty table; the old one is left to the garbage collector. */
  clear(): void {
    this.#table = this.limits.newTable();
  }

  /** Answers the slot. */
  #write({ id, text, deadline }: AdmittedWrite, now: number): number {
    const slot = this.#find(id, now);
    if (slot === undefined) return this.#add(id, text, deadline);
    if (etagOf(this.#table.textOf(slot)) !== etagOf(text)) this.#table.write(slot, text, deadline);
    return slot;
  }

  /** What is left of an earlier record with the same id gives way. */
  #add(id: string, text: string, deadline: number): number {
    const left = this.#table.find(id);
    if (left !== undefined) this.#table.remove(left);
    return this.#table.add(id, text, deadline);
  }

  #find(id: string, now: number): number | undefined {
    const slot = this.#table.find(id);
    return slot !== undefined && this.#isHeld(slot, now) ? slot : undefined;
  }

  #isHeld(slot: number, now: number): boolean {
    return now < this.#table.deadlineOf(slot) + IN_FLIGHT_WINDOW_MS;
  }

  #recordAt(slot: number): StoredRecord {
    return { text: this.#table.textOf(slot), deadline: this.#table.deadlineOf(slot) };
  }
}
