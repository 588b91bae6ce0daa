import type { RecordMeta } from './meta.js';

/** When the session was last seen, as far as the store's deadline tells: a touch moves only that. */
export const seenAt = (meta: RecordMeta, deadline: number): number =>
  Math.max(meta.seenAt, Math.min(deadline, meta.absoluteAt) - meta.idleTimeout);

/** The idle timeout of a session: its own where it has one, else that of today's policy. */
export const idleTimeoutOf = ({ overrides }: RecordMeta, ofPolicy: number): number =>
  overrides.idleTimeout ?? ofPolicy;

/** Until when a session that is seen now stays live: the idle timeout from now, never past the absolute deadline (law T1). */
export const deadlineFrom = (now: number, idleTimeout: number, absoluteAt: number): number =>
  Math.min(now + idleTimeout, absoluteAt);

/**
 * A session is usable exactly while `now < min(seenAt + idle, absoluteAt)`; a shorter timeout of today's policy counts, too.
 *
 * @param idleTimeout of the policy
 */
export const isLive = (meta: RecordMeta, deadline: number, now: number, idleTimeout: number): boolean =>
  now < Math.min(deadline, meta.absoluteAt, seenAt(meta, deadline) + idleTimeoutOf(meta, idleTimeout));

/** Which of its two timeouts a dead session ran into first. */
export const timeoutHit = (meta: RecordMeta, deadline: number): 'idle' | 'absolute' =>
  Math.min(deadline, seenAt(meta, deadline) + meta.idleTimeout) >= meta.absoluteAt ? 'absolute' : 'idle';
