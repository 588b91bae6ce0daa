import { SessionError } from './session-error.js';

/** Nobody is logged in where somebody has to be. */
export const sessionRequired = (): SessionError =>
  new SessionError({
    code: 'SESSION_REQUIRED',
    message: 'This needs a session of somebody who is logged in.',
    fix: 'log in first.',
    statusCode: 401,
  });

/** What a login has to be like for a request to be answered. */
export interface AuthenticationDemand {
  /** At most this long ago, in milliseconds. */
  readonly maxAge?: number;
  /** By all of these methods (RFC 8176). */
  readonly amr?: readonly string[];
}

/** The login is too old, or was not strong enough (RFC 9470: step-up authentication). */
export const freshAuthRequired = ({ maxAge, amr = [] }: AuthenticationDemand): SessionError =>
  new SessionError({
    code: 'FRESH_AUTH_REQUIRED',
    message: `This needs a login${maxAge === undefined ? '' : ` of the last ${Math.round(maxAge / 1000)} s`}${amr.length === 0 ? '' : ` by ${amr.join(' and ')}`}.`,
    fix: 'log in again, and repeat the request.',
    statusCode: 401,
  });

/** The principal has as many sessions as it may, and the policy is to refuse the next. */
export const sessionLimit = (limit: number | undefined): SessionError =>
  new SessionError({
    code: 'SESSION_LIMIT',
    message: `This user is logged in ${limit ?? 0} times already, and may not be more often.`,
    fix: 'log out somewhere else first.',
    statusCode: 409,
  });
