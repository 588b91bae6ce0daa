import { limitExceeded } from '../../errors/use.js';
import type { InMemoryOptions } from './in-memory-options.js';
import { RECORD_OVERHEAD, RecordTable, sizeOf } from './record-table.js';
import { NO_SLOT } from './slot-list.js';

/** How much a table may hold, and who has to go when it holds more (law F4). */
export class RecordLimits {
  #evicted = 0;

  constructor(private readonly options: InMemoryOptions) {}

  /** Live sessions that had to go, since the start. */
  get evicted(): number {
    return this.#evicted;
  }

  /** One record more than the limits allow, as a record is added before another goes; each counts for more than its overhead. */
  newTable(): RecordTable {
    const { maxRecords, maxBytes } = this.options;
    return new RecordTable(Math.min(maxRecords, Math.floor(maxBytes / RECORD_OVERHEAD)) + 1);
  }

  /** @throws SessionError LIMIT_EXCEEDED when a record alone is larger than `max_bytes`. */
  assertFits(text: string): void {
    const size = sizeOf(text);
    const { maxBytes } = this.options;
    if (size > maxBytes)
      throw limitExceeded('session.config.max_bytes', `${size} bytes`, `${maxBytes} bytes`);
  }

  /** Evicts until the limits hold again; the record that was just written stays, it fits on its own. */
  shrink(records: RecordTable, now: number, written: number): void {
    const { maxRecords, maxBytes } = this.options;
    while (records.count > 1 && (records.count > maxRecords || records.bytes > maxBytes)) {
      const victim = victimIn(records, now, written);
      if (now < records.deadlineOf(victim)) this.#evicted++;
      records.remove(victim);
    }
  }
}

/** One of at least two records. The written one, as the most recent of its kind, is the oldest only where it is alone. */
function victimIn(records: RecordTable, now: number, written: number): number {
  const { firstDue, oldestAnonymous, oldestAuthenticated } = records;
  if (firstDue !== written && now >= records.deadlineOf(firstDue)) return firstDue;
  return oldestAnonymous !== NO_SLOT && oldestAnonymous !== written ? oldestAnonymous : oldestAuthenticated;
}
