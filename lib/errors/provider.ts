import { invalidConfiguration } from './configuration.js';
import { SessionError } from './session-error.js';

/**
 * What `session.session_provider` names cannot be a provider.
 *
 * @param seen the name of its class, or what it is instead.
 * @param missing which of the four methods it lacks.
 */
export const notAProvider = (seen: string, missing: readonly string[]): SessionError =>
  invalidConfiguration([
    {
      key: 'session.session_provider',
      seen: `${seen} without ${missing.join(', ')}`,
      wanted: 'an object with createSession, updateSession, getSession and invalidateSession',
      fix: `add ${missing.join(', ')}, or extend AtomicSessionProvider`,
    },
  ]);

/** @param what what is wrong with the token; never the token. */
export const badSessionToken = (provider: string, what: string): SessionError =>
  new SessionError({
    code: 'BAD_SESSION_TOKEN',
    message: `createSession() of ${provider} returned ${what}, which cannot name a session.`,
    fix:
      'return a string of 16 to 511 characters out of A–Z a–z 0–9 - _ (at least 16 before the first dot, if there are dots); ' +
      'context.credentials.createSessionToken() makes one.',
  });
