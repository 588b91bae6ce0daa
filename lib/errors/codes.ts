/**
 * Every code that a {@link SessionError} may carry. The type, the page `docs/errors.md` and its test derive from this list.
 *
 * The first group is thrown at boot, the second points at a mistake in the app's code, the third reaches a client as an HTTP status.
 */
export const SESSION_ERROR_CODES = [
  'CONFIG_INVALID',

  'NO_REQUEST',
  'NOT_LOADED',
  'NO_PARAMETER_NAME',
  'ILLEGAL_VALUE',
  'LIMIT_EXCEEDED',
  'NOT_A_NUMBER',
  'INSIDE_TRANSACTION',
  'BAD_CREDENTIAL',
  'BAD_SESSION_TOKEN',
  'COOKIE_CANNOT_LEAVE',
  'SESSION_PROPERTY_TAKEN',
  'BAD_PRINCIPAL',
  'BAD_TIMEOUT',
  'NO_PRINCIPAL_INDEX',

  'SESSION_REQUIRED',
  'FRESH_AUTH_REQUIRED',
  'SESSION_LIMIT',
  'SESSION_GONE',
  'SESSION_CONFLICT',
  'STORE_TIMEOUT',
  'STORE_FAILED',
] as const;

/** One of {@link SESSION_ERROR_CODES}. `docs/errors.md` has a heading for each, with the cause and the fix. */
export type SessionErrorCode = (typeof SESSION_ERROR_CODES)[number];
