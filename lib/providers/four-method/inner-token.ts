import { isSessionId } from '../../credentials/token.js';
import { badSessionToken } from '../../errors/provider.js';

/** Half of the longest token that a cookie may hold: the secret that we add needs room, too. */
const MAX_LENGTH = 511;

/**
 * The id of a session whose provider calls it by a token of its own: that token, `~` in the place of dots, because a dot parts the id
 * from the secret.
 *
 * @param provider the name of its class, for the error.
 * @throws SessionError BAD_SESSION_TOKEN for a token that does not fit into an id, or that could not be told back from it.
 */
export function idOfInnerToken(token: unknown, provider: string): string {
  if (typeof token !== 'string') throw badSessionToken(provider, `a value of type ${typeof token}`);
  const id = token.replaceAll('.', '~');
  if (token.includes('~') || token.length > MAX_LENGTH || !isSessionId(id)) {
    throw badSessionToken(provider, `a string of ${token.length} characters outside the grammar`);
  }
  return id;
}

/** The token by which the provider knows the session. */
export const innerTokenOf = (id: string): string => id.replaceAll('~', '.');
