import type { Limits } from '../record/value.js';

/** The rules by which sessions live, resolved and in milliseconds. */
export interface SessionPolicy {
  /** A session that nobody looks at for this long is dead. */
  readonly idleTimeout: number;
  /** A session is dead this long after it was created, whatever happens in between. */
  readonly absoluteTimeout: number;
  /** A session that is only read is written at most this often, to move its idle deadline. */
  readonly touchInterval: number;
  /** A request waits this long for the store before it fails with 503. */
  readonly operationTimeout: number;
  readonly limits: Limits;
  /** `first-write`: a session that nobody wrote to is never stored, so crawlers cost nothing. `eager`: stored at first sight. */
  readonly creation: 'first-write' | 'eager';
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Idle and absolute follow OWASP's session management cheat sheet for an ordinary app; tighten them for a bank. */
export const DEFAULT_POLICY: SessionPolicy = {
  idleTimeout: 30 * MINUTE_MS,
  absoluteTimeout: 12 * HOUR_MS,
  touchInterval: MINUTE_MS,
  operationTimeout: 2 * SECOND_MS,
  limits: { size: 32 * 1024, keys: 256, depth: 32 },
  creation: 'first-write',
};
