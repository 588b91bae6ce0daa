import type { SessionErrorCode } from './codes.js';

/** What a {@link SessionError} is made of. Facts only: never a value that a user stored, never a token. */
export interface SessionErrorFacts {
  readonly code: SessionErrorCode;
  /** What happened, one or more sentences. */
  readonly message: string;
  /** What to change so that it does not happen again; closes the message as `Fix: …`. */
  readonly fix: string;
  /** The HTTP status of the answer if nobody catches the error. Empty for errors at boot and for a developer's mistake (500). */
  readonly statusCode?: number;
  readonly cause?: unknown;
}

/**
 * The one error class of this library.
 *
 * A client's bad token is no error: it is an anonymous request. What is thrown is a mistake in the configuration (at boot), a
 * mistake in the use of the session (in development), or an outage of the store (503).
 *
 * An error with an HTTP status has the shape of `http-errors`, which Nest's own exception filter understands: an outage answers 503
 * without a filter of yours, and without telling the client why.
 */
export class SessionError extends Error {
  readonly code: SessionErrorCode;
  readonly fix: string;
  /** Empty unless the error is about one request; the answer is 500 then. */
  declare readonly statusCode?: number;
  /** The same as `statusCode`. */
  declare readonly status?: number;
  /** Whether the message may be shown to the client: not that of a 5xx. Empty when there is no status. */
  declare readonly expose?: boolean;

  constructor(facts: SessionErrorFacts) {
    super(
      `${facts.message} Fix: ${facts.fix}`,
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.name = 'SessionError';
    this.code = facts.code;
    this.fix = facts.fix;
    if (facts.statusCode !== undefined) {
      const { statusCode } = facts;
      Object.assign(this, { statusCode, status: statusCode, expose: statusCode < 500 });
    }
  }
}
