import { deadlineFrom, seenAt } from '../record/lifetime.js';
import { decodeRecord, decodeSegments, type DecodedRecord } from '../record/record-text.js';
import type { StoredRecord } from '../providers/atomic-session-store.js';

/** A record of a live session as one request knows it: how it was loaded, or how the request's last commit left it. */
export interface LiveRecord {
  readonly id: string;
  readonly record: DecodedRecord;
  /** Until when the store keeps the session live, epoch milliseconds. */
  readonly deadline: number;
}

/** Reads what a store gave back; `undefined` when it is corrupt or foreign. */
export function readRecord(id: string, { text, deadline }: StoredRecord): LiveRecord | undefined {
  const record = decodeRecord(text);
  return record && { id, record, deadline };
}

/** The values of the record, unparsed. A damaged body counts as empty, as a damaged record counts as absent. */
export const segmentsOf = (live: LiveRecord): Map<string, string> =>
  decodeSegments(live.record.body) ?? new Map();

/** The later deadline that being seen at `now` earns the session. It never moves back (law T2). */
export const extendedDeadline = (live: LiveRecord, now: number, idleTimeout: number): number =>
  Math.max(live.deadline, deadlineFrom(now, idleTimeout, live.record.meta.absoluteAt));

/** Whether the session was written or touched so long ago that seeing it is worth a touch. */
export function isStale(live: LiveRecord, now: number, touchInterval: number): boolean {
  const { meta } = live.record;
  return live.deadline < meta.absoluteAt && now - seenAt(meta, live.deadline) >= touchInterval;
}
