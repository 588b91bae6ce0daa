import { deadlineFrom, seenAt, touchTimeoutOf } from '../record/lifetime.js';
import type { RecordMeta } from '../record/meta.js';
import { decodeRecord, decodeSegments, type DecodedRecord, type Segments } from '../record/record-text.js';
import type { StoredRecord } from '../providers/atomic-session-store.js';

/** A record of a live session as one request knows it: how it was loaded, or how the request's last commit left it. */
export interface LiveRecord {
  readonly id: string;
  readonly record: DecodedRecord;
  /** The values, unparsed. */
  readonly segments: Segments;
  /** Until when the store keeps the session live, epoch milliseconds. */
  readonly deadline: number;
  /** Whether values and version are newer than what the store holds: a migration made them, and nobody has committed them. */
  readonly isMigrated?: boolean;
}

/** Reads what a store gave back; `undefined` when it is corrupt or foreign, in its meta or in its body (law F3). */
export function readRecord(id: string, { text, deadline }: StoredRecord): LiveRecord | undefined {
  const record = decodeRecord(text);
  const segments = record && decodeSegments(record.body);
  return segments && { id, record, segments, deadline };
}

/**
 * The deadline of a commit: the idle timeout from when the session was last seen, which never moves back (law T2).
 *
 * @param ofPolicy the idle timeout of the policy, by which the session was seen; `next` may have another
 */
export const committedDeadline = (
  { record, deadline }: LiveRecord,
  ...[next, now, ofPolicy]: [RecordMeta, number, number]
): number =>
  deadlineFrom(Math.max(now, seenAt(record.meta, deadline, ofPolicy)), next.idleTimeout, next.absoluteAt);

/** The deadline of a touch; never an earlier one, should the clock have been set back. @param idleTimeout of the policy */
export function touchedDeadline(
  { record: { meta }, deadline }: LiveRecord,
  now: number,
  idleTimeout: number,
): number {
  return Math.max(deadline, deadlineFrom(now, touchTimeoutOf(meta, idleTimeout), meta.absoluteAt));
}

/** Whether the session was written or touched so long ago that seeing it is worth a touch. */
export function isStale(
  { record: { meta }, deadline }: LiveRecord,
  now: number,
  { touchInterval, idleTimeout }: { readonly touchInterval: number; readonly idleTimeout: number },
): boolean {
  return deadline < meta.absoluteAt && now - seenAt(meta, deadline, idleTimeout) >= touchInterval;
}
