import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  EndReason,
  OwnedRecord,
} from '../../lib/providers/atomic-session-store.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';

/** A broken twin: it counts, makes room and logs in, each of which is right, and knows nothing of what happens in between. */
export class ChecksThenActs extends RedisSessionProvider {
  override async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const { principal, whenFull } = admission;
    const surplus = await this.surplus(write, admission);
    if (surplus.length > 0 && whenFull === 'reject') return 'full';
    for (const { id } of surplus) await this.end(id, 'evicted');
    return super.admit(write, { principal, whenFull });
  }

  /** The oldest sessions that would be too many beside the one that logs in. */
  protected async surplus(
    { id }: AdmittedWrite,
    { principal, limit = Infinity }: Admission,
  ): Promise<readonly OwnedRecord[]> {
    const others = (await this.sessionsOf(principal)).filter((session) => session.id !== id);
    return others.slice(0, Math.max(0, others.length + 1 - limit));
  }
}

/** A broken twin: it makes room for a session that is there already. */
export class EvictsAfterTheWrite extends ChecksThenActs {
  override async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const outcome = await RedisSessionProvider.prototype.admit.call(this, write, {
      ...admission,
      limit: Number.MAX_SAFE_INTEGER,
    });
    for (const { id } of await this.surplus(write, admission)) await this.end(id, 'evicted');
    return outcome;
  }
}

/** A broken twin: it ends what it sees, and a login that is under way is not to be seen. */
export class EndsWhatItSees extends RedisSessionProvider {
  override async endSessionsOf(
    principal: string,
    reason: EndReason,
    except?: string,
  ): Promise<readonly string[]> {
    const seen = (await this.sessionsOf(principal)).filter(({ id }) => id !== except);
    for (const { id } of seen) await this.end(id, reason);
    return seen.map(({ id }) => id);
  }
}

/** A broken twin: it believes its index until it is told that a session is over, and nobody tells who does not listen right then. */
export class ListensForExpiry extends RedisSessionProvider {
  readonly #listed = new Set<string>();

  override async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const { limit = Infinity, whenFull } = admission;
    if (this.#listed.size >= limit && whenFull === 'reject') return 'full';
    this.#listed.add(write.id);
    return super.admit(write, admission);
  }

  /** What a notification of the server would call. */
  expired(id: string): void {
    this.#listed.delete(id);
  }
}
