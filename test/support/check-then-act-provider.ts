import type { Admission, AdmitOutcome, AdmittedWrite } from '../../lib/providers/atomic-session-store.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';

/**
 * A broken twin: it counts the sessions of a principal, makes room, and logs in, each of which is right, and none of which knows what
 * another process does in between.
 */
export class CheckThenActProvider extends PostgresSessionProvider {
  override async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const { principal, limit = Infinity, whenFull } = admission;
    const others = (await this.sessionsOf(principal)).filter(({ id }) => id !== write.id);
    const evicted = others.slice(0, Math.max(0, others.length + 1 - limit)).map(({ id }) => id);
    if (evicted.length > 0 && whenFull === 'reject') return 'full';
    for (const id of evicted) await this.end(id, 'evicted');
    const outcome = await super.admit(write, { principal, whenFull });
    return typeof outcome === 'object' && 'evicted' in outcome ? { evicted } : outcome;
  }
}
