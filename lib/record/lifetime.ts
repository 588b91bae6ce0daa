import type { RecordMeta } from './meta.js';

/** When the session was last seen, as far as the store's deadline tells: a touch moves only that. */
export const seenAt = (meta: RecordMeta, deadline: number): number =>
  Math.max(meta.seenAt, Math.min(deadline, meta.absoluteAt) - meta.idleTimeout);

/** Until when a session that is seen now stays live: the idle timeout from now, never past the absolute deadline (law T1). */
export const deadlineFrom = (now: number, idleTimeout: number, absoluteAt: number): number =>
  Math.min(now + idleTimeout, absoluteAt);

/** A session is usable exactly while `now < min(seenAt + idle, absoluteAt)`; a shorter timeout of today's policy counts, too. */
export const isLive = (meta: RecordMeta, deadline: number, now: number, idleTimeout: number): boolean =>
  now < Math.min(deadline, meta.absoluteAt, seenAt(meta, deadline) + idleTimeout);
