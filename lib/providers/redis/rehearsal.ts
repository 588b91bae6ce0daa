import { newSessionId } from '../../credentials/token.js';
import { newEtag } from '../../record/record-text.js';
import {
  type AtomicSessionStore,
  IN_FLIGHT_WINDOW_MS,
  type KnowsPrincipals,
} from '../atomic-session-store.js';

/**
 * Plays one session through, from its creation over a login to its end, so that each command and script has been sent once. Rejects
 * with what the server says, or when it does not give back what it was given.
 */
export async function rehearse(store: AtomicSessionStore & KnowsPrincipals, now: number): Promise<void> {
  const [id, first, second, third] = [newSessionId(), newEtag(), newEtag(), newEtag()];
  const deadline = now + IN_FLIGHT_WINDOW_MS;
  await store.create(id, first, deadline);
  await store.replace(id, first, second, deadline);
  await store.touch(id, deadline);
  const loaded = await store.load(id);
  if (loaded?.text !== second) throw new Error('It does not give back what was written last.');
  await store.admit({ id, etag: second, text: third, deadline }, { principal: id, whenFull: 'reject' });
  const [listed] = await store.sessionsOf(id);
  await store.endSessionsOf(id, 'invalidated');
  await store.end(id, 'invalidated');
  if (listed?.text !== third) throw new Error('It does not find the session of somebody who logged in.');
}
