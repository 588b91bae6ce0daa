import { IN_FLIGHT_WINDOW_MS } from '../atomic-session-store.js';
import type { PostgresClient, PostgresPool } from './postgres-pool.js';
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
}

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

  /** Answers how many rows it removed. */
  run(task: SweepTask): Promise<number> {
    return inTransaction(this.pool, this.statements, async (client) => {
      const { rows } = await this.statements.run(client, 'sweep_turn', [this.statements.table]);
      const { mine, pages, version } = rows[0] ?? {};
      if (mine !== true) return 0;
      const step = Number(version) >= FIRST_WITH_RANGES ? STEP_PAGES : Number(pages);
      return this.#walk(client, task, { pages: Number(pages), step });
    });
  }

  async #walk(
    client: PostgresClient,
    { limit, now }: SweepTask,
    { pages, step }: { readonly pages: number; readonly step: number },
  ): Promise<number> {
    let removed = 0;
    for (let walked = 0; walked < Math.min(pages, MOST_PAGES); walked += step) {
      if (this.#page >= pages) this.#page = 0;
      const range = [placeOf(this.#page), placeOf(this.#page + step)];
      const values = [...range, now - IN_FLIGHT_WINDOW_MS, limit - removed];
      removed += (await this.statements.run(client, 'sweep', values)).rowCount ?? 0;
      if (removed >= limit) return removed;
      this.#page += step;
    }
    return removed;
  }
}

/** The place before the first row of a page. */
const placeOf = (page: number): string => `(${page},0)`;
