import type { Limits } from '../record/value.js';

/** The rules by which sessions live, resolved and in milliseconds. */
export interface SessionPolicy {
  /** A session that nobody looks at for this long is dead. */
  readonly idleTimeout: number;
  /** A session is dead this long after its login, or after it was created while nobody has logged in. */
  readonly absoluteTimeout: number;
  /** A token is replaced by a request that comes this long after it was issued. Empty: never. */
  readonly renewalTimeout?: number;
  /** How long a token that was rotated away is still accepted, for requests that were under way. */
  readonly renewalGrace: number;
  /** A session that is only read is written at most this often, to move its idle deadline. */
  readonly touchInterval: number;
  /** A request waits this long for the store before it fails with 503. */
  readonly operationTimeout: number;
  readonly limits: Limits;
  /** `first-write`: a session that nobody wrote to is never stored, so crawlers cost nothing. `eager`: stored at first sight. */
  readonly creation: 'first-write' | 'eager';
  /** Whether cookies outlive the browser, where a login does not say otherwise. */
  readonly persistent: boolean;
  readonly principals: PrincipalPolicy;
}

/** The rules about whose sessions they are. */
export interface PrincipalPolicy {
  /** The most live sessions of one principal. Empty: any number. */
  readonly limit?: number;
  readonly whenFull: 'reject' | 'evict-oldest';
  /** The key in which an app that does not call `login()` keeps its user. Empty: it has none. */
  readonly userKey?: string;
  /** What a change of `userKey` without `login()` leads to: a new token, a warning, or nothing. */
  readonly unannounced: 'auto' | 'warn' | 'off';
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Idle and absolute follow OWASP's session management cheat sheet for an ordinary app; tighten them for a bank. */
export const DEFAULT_POLICY: SessionPolicy = {
  idleTimeout: 30 * MINUTE_MS,
  absoluteTimeout: 12 * HOUR_MS,
  renewalGrace: 30 * SECOND_MS,
  touchInterval: MINUTE_MS,
  operationTimeout: 2 * SECOND_MS,
  limits: { size: 32 * 1024, keys: 256, depth: 32 },
  creation: 'first-write',
  persistent: false,
  principals: { whenFull: 'evict-oldest', unannounced: 'auto' },
};
