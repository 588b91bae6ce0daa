import { namedStatements, readSql } from '../sql-text.js';
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js';

const SCHEMA = readSql('./schema.sql', import.meta.url);
const STATEMENTS = namedStatements(readSql('./statements.sql', import.meta.url));

/** What is put into a statement, by name; each has exactly the names that stand in it. */
export type Parameters = Readonly<Record<string, SqliteValue>>;

/** Makes the table and what belongs to it, if it is not there. */
export const createTable = (database: SqliteDatabase, table: string): unknown =>
  database.exec(withTable(SCHEMA, table));

const withTable = (sql: string, table: string): string => sql.replaceAll('{table}', table);

/** The statements of `statements.sql` on one table, by name. */
export class TableStatements {
  readonly #statements: ReadonlyMap<string, SqliteStatement>;

  /** @throws what SQLite says when the table is not as in `schema.sql`. */
  constructor(database: SqliteDatabase, table: string) {
    const prepare = (sql: string): SqliteStatement => database.prepare(withTable(sql, table));
    this.#statements = new Map([...STATEMENTS].map(([name, sql]) => [name, prepare(sql)]));
  }

  /** The only row that a statement finds; `undefined` when it finds none. */
  row(name: string, parameters: Parameters): unknown {
    return this.#statement(name).get(parameters);
  }

  rows(name: string, parameters: Parameters): readonly unknown[] {
    return this.#statement(name).all(parameters);
  }

  /** Answers how many rows a statement changed. */
  run(name: string, parameters: Parameters): number {
    return Number(this.#statement(name).run(parameters).changes);
  }

  #statement(name: string): SqliteStatement {
    const statement = this.#statements.get(name);
    if (!statement) throw new Error(`statements.sql has no "${name}".`);
    return statement;
  }
}
