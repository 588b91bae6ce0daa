import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { unusableDatabase } from '../../errors/database.js';
import { SessionError } from '../../errors/session-error.js';
import { whenFree } from './busy.js';
import { PrincipalRows } from './principal-rows.js';
import { SessionTable } from './session-table.js';
import { openDatabase, type SqliteDatabase } from './sqlite-database.js';
import type { SqliteOptions } from './sqlite-options.js';
import { createTable, TableStatements } from './table-statements.js';

/** Sessions are nobody else's business: read and written by the owner of the process only. */
const OWNER_ONLY = 0o600;

/**
 * Pages of the log after which SQLite takes them into the file, on the commit that filled it. Its own default of 1000 is a pause of 20
 * to 50 ms on a busy disk; this many are moved in a few.
 */
const CHECKPOINT_PAGES = 150;

/** An open file with its table, ready to work. */
export interface OpenFile {
  readonly database: SqliteDatabase;
  readonly table: SessionTable;
  readonly principals: PrincipalRows;
}

/**
 * Opens the file, or takes the open database, and makes its table. Several processes may do so at the same time.
 *
 * @param path the file, absolute. Empty when the options hold an open database.
 * @throws SessionError CONFIG_INVALID when the file or its folder cannot be used, or when there is no driver.
 */
export async function openFile(path: string | undefined, options: SqliteOptions): Promise<OpenFile> {
  const { database } = options;
  try {
    return await (database ? whenFree(() => prepare(database, options)) : openOwn(path ?? '', options));
  } catch (error) {
    throw error instanceof SessionError ? error : unusable(path, error);
  }
}

async function openOwn(path: string, options: SqliteOptions): Promise<OpenFile> {
  makePrivate(path);
  const database = await openDatabase(path);
  try {
    return await whenFree(() => prepare(database, options));
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Each step may find the file held by another process that does the same; then all of them are taken again. */
function prepare(database: SqliteDatabase, { durability, table }: SqliteOptions): OpenFile {
  database.exec(
    `PRAGMA busy_timeout = 0; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA synchronous = ${durability};`,
  );
  const mode = database.prepare('PRAGMA journal_mode = WAL').get({}) as { readonly journal_mode?: unknown };
  if (mode.journal_mode !== 'wal') throw new Error('It cannot keep a WAL.');
  createTable(database, table);
  const statements = new TableStatements(database, table);
  const sessions = new SessionTable(statements);
  return { database, table: sessions, principals: new PrincipalRows(statements, sessions) };
}

/**
 * Makes the file if it is not there, and lets nobody else at it. SQLite makes those beside it with the mode of the database.
 *
 * A file that is there is not opened for that: closing it again would take away the locks that other connections of this process
 * have on it (POSIX).
 */
function makePrivate(path: string): void {
  makeIfMissing(path);
  if (!statSync(path).isFile()) throw Object.assign(new Error('It is no file.'), { code: 'EISDIR' });
  for (const file of [path, `${path}-wal`, `${path}-shm`]) takeFromOthers(file);
}

/** Of several processes, one makes it. */
function makeIfMissing(path: string): void {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function takeFromOthers(file: string): void {
  try {
    chmodSync(file, OWNER_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const FIXES: Readonly<Record<string, string>> = {
  ENOENT: 'create its folder (it is not made for you: it may be a volume that is not mounted)',
  EACCES: 'give the user of this process the right to write there',
  EPERM: 'let the file belong to the user of this process',
  EROFS: 'choose a folder that can be written to',
  EISDIR: 'name a file in that folder',
};

function unusable(path: string | undefined, error: unknown): SessionError {
  const { code } = error as { readonly code?: unknown };
  return unusableDatabase(
    {
      key: path === undefined ? 'session.config.database' : 'session.config.file',
      seen: `${path ?? 'an open database'}, which cannot be used (${reason(error)})`,
      wanted: 'a database in a file on a local disk, readable and writable, whose table is free or ours',
      fix: FIXES[String(code)] ?? 'name another file or another table',
    },
    error,
  );
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
