import type { RecordMeta } from './meta.js';

/** The idle timeout of a session: its own where it has one, else that of today's policy. */
export const idleTimeoutOf = ({ overrides }: RecordMeta, ofPolicy: number): number =>
  overrides.idleTimeout ?? ofPolicy;

/**
 * For how long a touch keeps a session alive: it moves the deadline alone, so a record that was written under a longer timeout keeps
 * that until its next commit.
 *
 * @param ofPolicy the idle timeout of today's policy
 */
export const touchTimeoutOf = (meta: RecordMeta, ofPolicy: number): number =>
  Math.max(idleTimeoutOf(meta, ofPolicy), meta.idleTimeout);

/** When the session was last seen, as far as the store's deadline tells: a touch moves only that. */
export const seenAt = (meta: RecordMeta, deadline: number, ofPolicy: number): number =>
  Math.max(meta.seenAt, Math.min(deadline, meta.absoluteAt) - touchTimeoutOf(meta, ofPolicy));

/** Until when a session that is seen now stays live: the idle timeout from now, never past the absolute deadline (law T1). */
export const deadlineFrom = (now: number, idleTimeout: number, absoluteAt: number): number =>
  Math.min(now + idleTimeout, absoluteAt);

/**
 * A session is usable exactly while `now < min(seenAt + idle, absoluteAt)`; a shorter timeout of today's policy counts, too.
 *
 * @param idleTimeout of the policy
 */
export const isLive = (meta: RecordMeta, deadline: number, now: number, idleTimeout: number): boolean =>
  now <
  Math.min(deadline, meta.absoluteAt, seenAt(meta, deadline, idleTimeout) + idleTimeoutOf(meta, idleTimeout));

/** Which of its two timeouts a dead session ran into first. */
export function timeoutHit(meta: RecordMeta, deadline: number, idleTimeout: number): 'idle' | 'absolute' {
  const idleAt = Math.min(deadline, seenAt(meta, deadline, idleTimeout) + idleTimeoutOf(meta, idleTimeout));
  return idleAt >= meta.absoluteAt ? 'absolute' : 'idle';
}
