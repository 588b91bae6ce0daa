import type { OnExpired } from '../atomic-session-store.js';
import type { PostgresClient, PostgresPool, PostgresResult } from './postgres-pool.js';
import { forgotten } from './session-rows.js';
import type { SessionStatements } from './session-statements.js';
import { inTransaction } from './transaction.js';

/** Pages of 8 KiB a statement: a few milliseconds. */
const STEP_PAGES = 256;
/** Pages a call: 32 MiB. A larger table takes several sweeps. */
const MOST_PAGES = 4096;
/** Older servers read the whole table for any part of it (no TID range scan), so they get the whole as one part. */
const FIRST_WITH_RANGES = 140_000;

/** What is swept away, and how much at most. */
interface SweepTask {
  readonly limit: number;
  readonly now: number;
  readonly onExpired: OnExpired | undefined;
}

/** Rows that a statement removed; their ids and first lines only where somebody listens. */
type Removed = PostgresResult['rows'];

/**
 * Removes expired rows by walking through the pages of the table, from where it stopped the last time. Needs no index, and no lock
 * that a request would wait for. Only one instance at a time does so; the others have nothing to do then.
 */
export class TableSweep {
  #page = 0;

  constructor(
    private readonly pool: PostgresPool,
    private readonly statements: SessionStatements,
  ) {}

  /** Answers how many rows it removed. Whoever listens is told once they are gone for good. */
  async run(task: SweepTask): Promise<number> {
    const told: Removed = [];
    const removed = await inTransaction(this.pool, this.statements, async (client) => {
      const { rows } = await this.statements.run(client, 'sweep_turn', [this.statements.table]);
      const { mine, pages, version } = rows[0] ?? {};
      if (mine !== true) return 0;
      const step = Number(version) >= FIRST_WITH_RANGES ? STEP_PAGES : Number(pages);
      return this.#walk(client, task, { pages: Number(pages), step, told });
    });
    for (const row of told) tell(row, task.onExpired);
    return removed;
  }

  async #walk(
    client: PostgresClient,
    { limit, now, onExpired }: SweepTask,
    { pages, step, told }: { readonly pages: number; readonly step: number; readonly told: Removed },
  ): Promise<number> {
    const statement = onExpired ? 'sweep_and_tell' : 'sweep';
    let removed = 0;
    for (let walked = 0; walked < Math.min(pages, MOST_PAGES); walked += step) {
      if (this.#page >= pages) this.#page = 0;
      const range = [placeOf(this.#page), placeOf(this.#page + step)];
      const values = [...range, forgotten(now), limit - removed];
      const { rows, rowCount } = await this.statements.run(client, statement, values);
      told.push(...rows);
      removed += rowCount ?? 0;
      if (removed >= limit) return removed;
      this.#page += step;
    }
    return removed;
  }
}

/** A row without a record was dead before its time was over. */
function tell({ id, record, deadline }: Removed[number], onExpired: OnExpired | undefined): void {
  if (typeof record === 'string') onExpired?.(String(id), { text: record, deadline: Number(deadline) });
}

/** The place before the first row of a page. */
const placeOf = (page: number): string => `(${page},0)`;
