import { etagOf } from '../../record/record-text.js';
import {
  type CreateOutcome,
  type EndReason,
  IN_FLIGHT_WINDOW_MS,
  type OwnedRecord,
  type ReplaceOutcome,
  type StoredRecord,
} from '../atomic-session-store.js';
import type { TableStatements } from './table-statements.js';

/** What is written into a row. */
export interface NewRow {
  readonly id: string;
  readonly text: string;
  readonly deadline: number;
}

/** What a step of a sweep came to. */
export interface Swept {
  /** How many rows it removed. */
  readonly count: number;
  /** Those among them whose time was over; of each text the first line. */
  readonly expired: readonly OwnedRecord[];
}

/** The five operations on one table, and what concerns all of its rows. All but `load` belong into a transaction. */
export class SessionTable {
  constructor(private readonly statements: TableStatements) {}

  load(id: string, now: number): StoredRecord | undefined {
    const row = this.statements.row('load', { id, forgotten: forgotten(now) }) as StoredRecord | undefined;
    return row && { text: row.text, deadline: row.deadline };
  }

  create({ id, text, deadline }: NewRow, now: number): CreateOutcome {
    const row = { id, etag: etagOf(text), deadline, text, forgotten: forgotten(now) };
    return this.statements.run('create', row) ? 'ok' : 'exists';
  }

  /** @param known the etag that the record is expected to have. */
  replace({ id, text, deadline }: NewRow, known: string, now: number): ReplaceOutcome {
    const row = { id, etag: etagOf(text), deadline, text, known, forgotten: forgotten(now) };
    if (this.statements.run('replace', row)) return 'ok';
    const current = this.load(id, now);
    if (!current) return 'gone';
    return etagOf(current.text) === row.etag ? 'ok' : current;
  }

  touch(id: string, deadline: number, now: number): void {
    this.statements.run('touch', { id, deadline, forgotten: forgotten(now) });
  }

  end(id: string, reason: EndReason, now: number): boolean {
    return this.statements.run('end', { id, reason, now, forgotten: forgotten(now) }) === 1;
  }

  endEverything(): void {
    this.statements.run('end_everything', {});
  }

  sweep(limit: number, now: number): Swept {
    const rows = this.statements.rows('sweep', { limit, forgotten: forgotten(now) });
    const expired = (rows as readonly SweptRow[]).filter((row) => row.expired === 1);
    return { count: rows.length, expired };
  }
}

interface SweptRow extends OwnedRecord {
  readonly expired: number;
}

/** Whatever ended or expired by then is out of reach of any request. */
export const forgotten = (now: number): number => now - IN_FLIGHT_WINDOW_MS;
