import type { ReplaceOutcome } from '../../lib/providers/atomic-session-store.js';
import { IN_FLIGHT_WINDOW_MS } from '../../lib/providers/atomic-session-store.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import type { PostgresPool } from '../../lib/providers/postgres/index.js';
import type { ProviderContext, SessionValueRecord } from '../../lib/providers/session-provider.js';
import { etagOf } from '../../lib/record/record-text.js';

/**
 * A broken twin: its swap says the same as the real one, with a subquery about the row instead of a comparison on it. PostgreSQL
 * plans that as an anti-join and answers it from the snapshot of the statement; after it has waited for the lock of the row it does
 * not ask again. One client alone never sees a difference.
 */
export class AntiJoinProvider extends PostgresSessionProvider {
  readonly #pool: PostgresPool;
  readonly #now: () => number;

  constructor(config: SessionValueRecord, context: Partial<ProviderContext>) {
    super(config, context);
    this.#pool = config['pool'] as PostgresPool;
    this.#now = () => this.context.clock.now();
  }

  override async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const { rowCount } = await this.#pool.query({
      text: `UPDATE public.nestjs_sessions AS mine SET etag = $1, record = $2, deadline = $3
             WHERE id = $4 AND NOT EXISTS (
               SELECT FROM public.nestjs_sessions AS other WHERE other.id = mine.id
               AND (other.etag <> $5 OR other.ended IS NOT NULL OR other.deadline <= $6
                    OR other.generation <> (SELECT generation FROM public.nestjs_sessions_generation))
             )`,
      values: [etagOf(text), text, deadline, id, etag, this.#now() - IN_FLIGHT_WINDOW_MS],
    });
    return rowCount === 1 ? 'ok' : super.replace(id, etag, text, deadline);
  }
}
