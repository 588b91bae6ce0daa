import type { MaybePromise } from '../providers/session-provider.js';
import type { Candidate, FoundSession, SessionManager } from './session-manager.js';

/** More cookies of one name than an honest browser sends for nested paths and domains. */
export const MAX_CANDIDATES: number = 4;

/**
 * Picks the session of a request. Exactly one live candidate wins; several are an attempt to toss a cookie, and the request goes on
 * anonymously, because nobody can tell which one the user meant (RFC 6265bis 8.6, ATTACKS A20).
 */
export function selectSession(
  manager: SessionManager,
  presented: readonly string[],
): MaybePromise<FoundSession | undefined> {
  const [only] = presented;
  if (only === undefined) return undefined;
  if (presented.length > 1) return selectAmong(manager, presented);
  return manager.find(only);
}

async function selectAmong(
  manager: SessionManager,
  presented: readonly string[],
): Promise<FoundSession | undefined> {
  const alive: FoundSession[] = [];
  if (presented.length <= MAX_CANDIDATES) {
    for (const candidate of await bestOfEach(manager, presented)) {
      const found = await manager.accept(candidate);
      if (found) alive.push(found);
    }
    if (alive.length < 2) return alive[0];
  }
  manager.report({ type: 'ambiguous-cookie' });
  return undefined;
}

/** The better a token, the further to the right. */
const STANDINGS: readonly Candidate['standing'][] = [
  'expired',
  'unknown',
  'retired',
  'stranded',
  'previous',
  'current',
];

const rank = ({ standing }: Candidate): number => STANDINGS.indexOf(standing);

/**
 * Of several tokens of one session the best: after a change of the cookie's scope a browser sends a rotated token beside its successor,
 * and that is no theft.
 */
async function bestOfEach(
  manager: SessionManager,
  presented: readonly string[],
): Promise<Iterable<Candidate>> {
  const best = new Map<string, Candidate>();
  for (const token of presented) {
    const candidate = await manager.examine(token);
    const known = candidate && best.get(candidate.id);
    if (candidate && (!known || rank(candidate) > rank(known))) best.set(candidate.id, candidate);
  }
  return best.values();
}
