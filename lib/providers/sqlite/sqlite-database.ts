import { missingDriver } from '../../errors/database.js';
import { importOptional } from '../optional-import.js';

/** A value that a statement takes or gives. */
export type SqliteValue = string | number | null;

/** A statement with named parameters, which stand in it as `:name`. */
export interface SqliteStatement {
  /** The first row as an object; `undefined` when there is none. */
  get(parameters: Readonly<Record<string, SqliteValue>>): unknown;
  /** The rows as objects. */
  all(parameters: Readonly<Record<string, SqliteValue>>): readonly unknown[];
  /** Answers how many rows it changed. */
  run(parameters: Readonly<Record<string, SqliteValue>>): { readonly changes: number | bigint };
}

/** An open database: what `DatabaseSync` of `node:sqlite`, better-sqlite3 and libsql have in common. */
export interface SqliteDatabase {
  /** Runs statements without parameters. */
  exec(sql: string): unknown;
  /** Called once a statement; what it answers is kept. */
  prepare(sql: string): SqliteStatement;
  /** Called for a database of our own only. */
  close(): unknown;
}

type DatabaseClass = new (file: string) => SqliteDatabase;

/** Where a class is found in a driver's module, by the driver's name; the first one that is there is taken. */
const DRIVERS: readonly (readonly [name: string, exported: string])[] = [
  ['node:sqlite', 'DatabaseSync'],
  ['libsql', 'default'],
  ['better-sqlite3', 'default'],
];

/**
 * Opens a file with the driver of this Node, or else with one that is installed.
 *
 * @throws SessionError CONFIG_INVALID when there is none; whatever the driver throws when it cannot open the file.
 */
export async function openDatabase(file: string): Promise<SqliteDatabase> {
  for (const [name, exported] of DRIVERS) {
    const module = (await importOptional(name)) as Record<string, DatabaseClass> | undefined;
    const Database = module?.[exported];
    if (Database) return new Database(file);
  }
  throw missingDriver({
    key: 'session.config.file',
    seen: `a file that needs a driver of SQLite, which Node ${process.versions.node} does not have`,
    packages: ['libsql', 'better-sqlite3'],
    orElse: 'use Node 24',
  });
}
