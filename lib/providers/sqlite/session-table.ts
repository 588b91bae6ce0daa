import { etagOf } from '../../record/record-text.js';
import {
  type CreateOutcome,
  type EndReason,
  IN_FLIGHT_WINDOW_MS,
  type ReplaceOutcome,
  type StoredRecord,
} from '../atomic-session-store.js';
import { namedStatements, readSql } from '../sql-text.js';
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js';

const SCHEMA = readSql('./schema.sql', import.meta.url);
const STATEMENTS = namedStatements(readSql('./statements.sql', import.meta.url));

/** Makes the table if it is not there. */
export const createTable = (database: SqliteDatabase, table: string): unknown =>
  database.exec(withTable(SCHEMA, table));

const withTable = (sql: string, table: string): string => sql.replaceAll('{table}', table);

/** What is written into a row. */
export interface NewRow {
  readonly id: string;
  readonly text: string;
  readonly deadline: number;
}

/** The five operations as statements on one table. All but `load` belong into a transaction. */
export class SessionTable {
  readonly #statements: ReadonlyMap<string, SqliteStatement>;

  /** @throws what SQLite says when the table is not as in `schema.sql`. */
  constructor(database: SqliteDatabase, table: string) {
    const prepare = (sql: string): SqliteStatement => database.prepare(withTable(sql, table));
    this.#statements = new Map([...STATEMENTS].map(([name, sql]) => [name, prepare(sql)]));
  }

  load(id: string, now: number): StoredRecord | undefined {
    const row = this.#statement('load').get({ id, now }) as StoredRecord | undefined;
    return row && { text: row.text, deadline: row.deadline };
  }

  create({ id, text, deadline }: NewRow, now: number): CreateOutcome {
    const done = this.#run('create', { id, etag: etagOf(text), deadline, text, forgotten: forgotten(now) });
    return done ? 'ok' : 'exists';
  }

  /** @param known the etag that the record is expected to have. */
  replace({ id, text, deadline }: NewRow, known: string, now: number): ReplaceOutcome {
    const row = { id, etag: etagOf(text), deadline, text, known, forgotten: forgotten(now) };
    if (this.#run('replace', row)) return 'ok';
    const current = this.load(id, row.forgotten);
    if (!current) return 'gone';
    return etagOf(current.text) === row.etag ? 'ok' : current;
  }

  touch(id: string, deadline: number, now: number): void {
    this.#run('touch', { id, deadline, forgotten: forgotten(now) });
  }

  end(id: string, reason: EndReason, now: number): boolean {
    return this.#run('end', { id, reason, now, forgotten: forgotten(now) }) === 1;
  }

  /** Answers how many rows it removed. */
  sweep(limit: number, now: number): number {
    return this.#run('sweep', { limit, forgotten: forgotten(now) });
  }

  /** Answers how many rows a statement changed. */
  #run(name: string, parameters: Readonly<Record<string, SqliteValue>>): number {
    return Number(this.#statement(name).run(parameters).changes);
  }

  #statement(name: string): SqliteStatement {
    const statement = this.#statements.get(name);
    if (!statement) throw new Error(`statements.sql has no "${name}".`);
    return statement;
  }
}

/** Whatever ended or expired by then is out of reach of any request. */
const forgotten = (now: number): number => now - IN_FLIGHT_WINDOW_MS;
