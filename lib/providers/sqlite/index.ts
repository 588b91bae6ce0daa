/**
 * Sessions in a file of SQLite.
 *
 * @module nestjs-sessions/sqlite
 */

export { SqliteSessionProvider } from './sqlite-session-provider.js';
export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite-database.js';
export type { SqliteUsage } from './write-batches.js';
