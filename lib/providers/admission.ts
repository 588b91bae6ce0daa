import { decodeRecord } from '../record/record-text.js';
import type { Admission, OwnedRecord } from './atomic-session-store.js';

/** What has to end before a principal is admitted. */
export interface Room {
  /** Live sessions beyond the limit, the oldest login first. */
  readonly evicted: readonly OwnedRecord[];
  /** Sessions past their deadline, which a late commit could revive above the limit. */
  readonly expired: readonly OwnedRecord[];
}

const AMPLE: Room = { evicted: [], expired: [] };

/**
 * Makes room for one session more of a principal.
 *
 * @param others asked for only when there is a limit: what the store holds of the principal, the session that logs in excepted;
 *   of each text at least the first line.
 */
export function roomFor(
  { limit, whenFull }: Admission,
  others: () => readonly OwnedRecord[],
  now: number,
): Room | 'full' {
  if (limit === undefined) return AMPLE;
  const held = oldestFirst(others());
  const live = held.filter(({ deadline }) => now < deadline);
  const surplus = Math.max(0, live.length + 1 - limit);
  if (surplus > 0 && whenFull === 'reject') return 'full';
  return { evicted: live.slice(0, surplus), expired: held.filter(({ deadline }) => now >= deadline) };
}

/** Those that logged in longest ago first; of one instant, as they came. Of each text at least the first line is needed. */
export const oldestFirst = (records: readonly OwnedRecord[]): readonly OwnedRecord[] =>
  records
    .map((record) => ({ record, at: loggedInAt(record.text) }))
    .sort((one, other) => one.at - other.at)
    .map(({ record }) => record);

/** A record that cannot be read is of no use to anybody: it makes room first. */
const loggedInAt = (text: string): number => decodeRecord(text)?.meta.login?.authenticatedAt ?? 0;
