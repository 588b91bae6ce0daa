import { SessionError } from './session-error.js';

/** The store did not answer in time. The outcome of a write is unknown to us, so the client must see a failure. */
export const storeTimeout = (operation: string, timeoutMs: number): SessionError =>
  new SessionError({
    code: 'STORE_TIMEOUT',
    message: `The session store did not finish "${operation}" within ${timeoutMs} ms.`,
    fix: 'try again; if it lasts, check that the session store is reachable, or raise session.operation_timeout.',
    statusCode: 503,
  });

/** The store answered with an error of its own, which stays as `cause`. */
export const storeFailed = (operation: string, cause: unknown): SessionError =>
  new SessionError({
    code: 'STORE_FAILED',
    message: `The session store failed to "${operation}".`,
    fix: 'try again; if it lasts, look at the cause of this error in the log of the server.',
    statusCode: 503,
    cause,
  });

/** The session was ended, or its token was replaced at a privilege change, while this request was under way. */
export const sessionGone = (why: 'ended' | 'superseded'): SessionError =>
  new SessionError({
    code: 'SESSION_GONE',
    message:
      why === 'ended'
        ? 'The session ended while this request was under way; what the request changed was dropped.'
        : 'The session got a new token while this request was under way; what the request changed was dropped.',
    fix: 'send the request again; it will run with the session that is current then.',
    statusCode: 409,
  });

/** Other requests kept winning the race for this session until the retries were used up. */
export const sessionConflict = (attempts: number): SessionError =>
  new SessionError({
    code: 'SESSION_CONFLICT',
    message: `Other requests changed the session during each of ${attempts} attempts to save it.`,
    fix: 'send the request again; if it lasts, let fewer processes write to one session at the same time.',
    statusCode: 409,
  });
