import type { MaybePromise } from '../providers/session-provider.js';
import type { LiveRecord } from './live-record.js';
import type { SessionManager } from './session-manager.js';
import { isPromise } from './store-call.js';

/** The one live session among the tokens that a request presented. */
export interface SelectedSession {
  readonly live: LiveRecord;
  readonly token: string;
}

/** More cookies of one name than an honest browser sends for nested paths and domains. */
const MAX_CANDIDATES = 4;

/**
 * Picks the session of a request. Exactly one live candidate wins; several are an attempt to toss a cookie, and the request goes on
 * anonymously, because nobody can tell which one the user meant (RFC 6265bis 8.6, ATTACKS A20).
 */
export function selectSession(
  manager: SessionManager,
  presented: readonly string[],
): MaybePromise<SelectedSession | undefined> {
  const [only] = presented;
  if (only === undefined) return undefined;
  if (presented.length > 1) return selectAmong(manager, presented);
  const found = manager.find(only);
  if (isPromise(found)) return found.then((live) => live && { live, token: only });
  return found && { live: found, token: only };
}

async function selectAmong(
  manager: SessionManager,
  presented: readonly string[],
): Promise<SelectedSession | undefined> {
  const alive: SelectedSession[] = [];
  if (presented.length <= MAX_CANDIDATES) {
    for (const token of presented) {
      const live = await manager.find(token);
      if (live) alive.push({ live, token });
    }
    if (alive.length < 2) return alive[0];
  }
  manager.report({ type: 'ambiguous-cookie' });
  return undefined;
}
