import { unusableDatabase } from '../../errors/database.js';
import { SessionError } from '../../errors/session-error.js';
import { placeIn, type PostgresOptions } from './postgres-options.js';

/** What the codes of Node and of PostgreSQL mean to somebody who has just configured a server. */
const FIXES: readonly (readonly [codes: RegExp, fix: string])[] = [
  [/^(ECONNREFUSED|ENOENT)$/, 'start the server, or correct its host and port'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'correct the name of the host'],
  [/^(28P01|28000)$/, 'correct user and password, and look at pg_hba.conf of the server'],
  [/^3D000$/, 'create the database, or correct its name'],
  [/^42501$/, 'let a user with more rights run schema.sql, or give this one CREATE on the schema'],
  [/^53300$/, 'lower max_connections of this app, or raise that of the server'],
];

/** A failure at boot as a fault of the configuration, which it is more often than not. */
export function bootFailure(error: unknown, options: PostgresOptions): SessionError {
  if (error instanceof SessionError) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return unusableDatabase(
    {
      key: placeIn(options),
      seen: `a place where "${options.schema}"."${options.table}" cannot be reached (${String(message)})`,
      wanted: 'a PostgreSQL server that answers',
      fix:
        FIXES.find(([codes]) => codes.test(String(code)))?.[1] ??
        'see the cause of this error, and the log of the server',
    },
    error,
  );
}
