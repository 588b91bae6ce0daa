import { badTimeout } from '../errors/use.js';
import { type Duration, formatDuration, parseDuration } from '../providers/duration.js';
import { idleTimeoutOf } from '../record/lifetime.js';
import type { RecordMeta } from '../record/meta.js';
import type { SessionPolicy } from './policy.js';

/** The timeouts of one session, in milliseconds. */
export interface SessionTimeouts {
  /** Dead when nobody uses it for this long. */
  readonly idle: number;
  /** Dead this long after its login, or after it was created while nobody has logged in. */
  readonly absolute: number;
}

/** What to change of them: milliseconds, or a text such as `'5m'`. What is absent stays. */
export interface TimeoutChanges {
  /** Shorter or longer than the policy's, but never beyond the absolute deadline. */
  readonly idle?: Duration;
  /** Shorter than it is now: nothing but a new login moves the deadline away. */
  readonly absolute?: Duration;
}

/** Since when the absolute timeout counts. */
const beganAt = ({ login, createdAt }: RecordMeta): number => login?.authenticatedAt ?? createdAt;

export const timeoutsOf = (meta: RecordMeta, policy: SessionPolicy): SessionTimeouts => ({
  idle: idleTimeoutOf(meta, policy.idleTimeout),
  absolute: meta.absoluteAt - beganAt(meta),
});

/**
 * The same session with other timeouts.
 *
 * @throws SessionError BAD_TIMEOUT for no positive duration, or an idle timeout that is not longer than the touch interval
 */
export function withTimeouts(
  meta: RecordMeta,
  { idle, absolute }: TimeoutChanges,
  policy: SessionPolicy,
): RecordMeta {
  const wanted = absolute === undefined ? Infinity : milliseconds('absolute timeout', absolute);
  const absoluteAt = Math.min(meta.absoluteAt, beganAt(meta) + wanted);
  if (idle === undefined) return { ...meta, absoluteAt };
  return { ...meta, absoluteAt, overrides: { ...meta.overrides, idleTimeout: idleTimeoutFor(idle, policy) } };
}

/**
 * An idle timeout of a session's own, in milliseconds.
 *
 * @throws SessionError BAD_TIMEOUT for no positive duration, or one that is not longer than the touch interval
 */
export function idleTimeoutFor(given: Duration, { touchInterval }: SessionPolicy): number {
  const idleTimeout = milliseconds('idle timeout', given);
  if (idleTimeout > touchInterval) return idleTimeout;
  const least = formatDuration(touchInterval);
  throw badTimeout('idle timeout', formatDuration(idleTimeout), `more than session.timeouts.touch, ${least}`);
}

/** @throws SessionError BAD_TIMEOUT */
export function milliseconds(name: string, given: Duration): number {
  const value = typeof given === 'number' ? given : parseDuration(given);
  if (value !== undefined && Number.isSafeInteger(value) && value > 0) return value;
  throw badTimeout(name, typeof given === 'number' ? String(given) : 'that text', "a duration such as '30m'");
}
