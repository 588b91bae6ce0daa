import { GIVE_UP_MS, isBusy, pauseAfter } from './busy.js';
import type { SqliteDatabase } from './sqlite-database.js';

const MOST_WRITES = 256;
/** A transaction takes no further write after this many milliseconds, so that the event loop turns again. */
const LONGEST_BATCH_MS = 4;

/** What the writes of this process have come to, for a metric or a health page. */
export interface SqliteUsage {
  /** Writes that are not committed yet. */
  readonly waiting: number;
  /** Commits since the start, each of one write or of many. */
  readonly transactions: number;
  /** How often another process held the file since the start. Rising with the load means too many processes for one file. */
  readonly collisions: number;
}

interface PendingWrite {
  readonly since: number;
  readonly write: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs the writes of one turn of the event loop in one transaction, in the order in which they came, and answers each when it is
 * committed. A transaction costs several times as much as a write in it.
 *
 * A write that fails takes no other with it: the transaction is rolled back, and those in it are done one by one.
 */
export class WriteBatches {
  readonly #waiting: PendingWrite[] = [];
  #isScheduled = false;
  /** How many of those that wait were together in a transaction that failed. */
  #suspects = 0;
  /** How often in a row another process held the file. */
  #refusals = 0;

  #transactions = 0;
  #collisions = 0;

  /** @param nowMs a clock that only runs, for what a transaction and a wait may take. */
  constructor(
    private readonly database: Pick<SqliteDatabase, 'exec'>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get usage(): SqliteUsage {
    return { waiting: this.#waiting.length, transactions: this.#transactions, collisions: this.#collisions };
  }

  /** @param write may run more than once, each time in a transaction of which nothing else is left. */
  run<T>(write: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = resolve as (answer: unknown) => void;
      this.#waiting.push({ since: this.nowMs(), write, resolve: settle, reject });
      this.#schedule();
    });
  }

  /** Settles when every write that was asked for until now is answered. */
  async idle(): Promise<void> {
    if (this.#waiting.length > 0) await this.run(() => undefined).catch(() => undefined);
  }

  #schedule(pauseMs?: number): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    const turn = (): void => {
      this.#isScheduled = false;
      this.#turn();
    };
    if (pauseMs === undefined) setImmediate(turn);
    else setTimeout(turn, pauseMs);
  }

  #turn(): void {
    const batch = this.#waiting.slice(0, this.#suspects > 0 ? 1 : MOST_WRITES);
    try {
      this.#answer(commitTogether(this.database, batch, this.nowMs));
    } catch (error) {
      if (isBusy(error)) return this.#retry(error);
      if (batch.length > 1) this.#suspects = batch.length;
      else this.#refuse(error);
    }
    this.#refusals = 0;
    this.#schedule();
  }

  /** Answers the first of those that wait; a batch that took too long is cut short. */
  #answer(answers: readonly unknown[]): void {
    const done = this.#waiting.splice(0, answers.length);
    this.#transactions++;
    this.#suspects = Math.max(0, this.#suspects - done.length);
    for (const [index, { resolve }] of done.entries()) resolve(answers[index]);
  }

  #refuse(error: unknown): void {
    this.#suspects = Math.max(0, this.#suspects - 1);
    this.#waiting.shift()?.reject(error);
  }

  #retry(error: unknown): void {
    this.#collisions++;
    const oldest = this.nowMs() - GIVE_UP_MS;
    while ((this.#waiting[0]?.since ?? Infinity) < oldest) this.#refuse(error);
    this.#schedule(pauseAfter(this.#refusals++));
  }
}

/** The answers of as many writes as one transaction has time for, at least one. */
function commitTogether(
  database: Pick<SqliteDatabase, 'exec'>,
  batch: readonly PendingWrite[],
  nowMs: () => number,
): readonly unknown[] {
  database.exec('BEGIN IMMEDIATE');
  try {
    const until = nowMs() + LONGEST_BATCH_MS;
    const answers: unknown[] = [];
    for (const { write } of batch) {
      answers.push(write());
      if (nowMs() >= until) break;
    }
    database.exec('COMMIT');
    return answers;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** After some failures, such as a full disk, SQLite has rolled back already and says so by an error. */
function rollBack(database: Pick<SqliteDatabase, 'exec'>): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // There was nothing left to roll back.
  }
}
