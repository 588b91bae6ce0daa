import type { SessionErrorCode } from '../errors/codes.js';

/** One operation on the store, as the request that asked for it saw it: retries and waiting in line included. */
export interface TimedOperation {
  /** `load`, `create`, `commit`, `touch`, `end`, `list`, `end all`, `end everything` or `announce`; a login is a `create` or a `commit`. */
  readonly operation: string;
  /** On a clock that no correction of the system's time moves. */
  readonly durationMs: number;
  /** `error`: what threw was none of this library's errors, so it was a function of the app that the operation ran. */
  readonly outcome: 'ok' | 'error' | SessionErrorCode;
}
