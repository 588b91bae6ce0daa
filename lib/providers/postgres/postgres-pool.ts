import { missingDriver } from '../../errors/database.js';
import { importOptional } from '../optional-import.js';
import type { PostgresOptions } from './postgres-options.js';

/** One statement, as pg takes it. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
  /** With a name, it is parsed once a connection. */
  readonly name?: string;
  /** After so many milliseconds pg gives the statement up, and the pool its connection. */
  readonly query_timeout?: number;
}

/** What pg answers to a statement. */
export interface PostgresResult {
  readonly rows: Record<string, unknown>[];
  readonly rowCount: number | null;
}

/** Whoever runs statements: a pool, or one of its connections. */
export interface PostgresQueries {
  /** Rejects with an error of pg, whose `code` is an SQLSTATE or that of a socket. */
  query(query: PostgresQuery): Promise<PostgresResult>;
}

/** One connection of a pool, for as long as it is not released. */
export interface PostgresClient extends PostgresQueries {
  /** Gives the connection back. @param destroy whether the connection is of no use any more. */
  release(destroy?: boolean): void;
  /** Tells of a connection that breaks while no statement runs. */
  on?(event: 'error', listener: () => void): unknown;
  /** The opposite of {@link on}. */
  off?(event: 'error', listener: () => void): unknown;
}

/** What is needed of a `Pool` of the package pg. */
export interface PostgresPool extends PostgresQueries {
  readonly totalCount?: number;
  readonly idleCount?: number;
  readonly waitingCount?: number;
  /** Takes a connection out of the pool, for a transaction or to listen. */
  connect(): Promise<PostgresClient>;
  /** Called for a pool of our own only. */
  end(): Promise<void>;
}

export const isPool = (value: unknown): value is PostgresPool =>
  typeof value === 'object' &&
  value !== null &&
  ['query', 'connect', 'end'].every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

interface OwnPool extends PostgresPool {
  on(event: 'error', listener: () => void): unknown;
}

type PoolClass = new (config: Readonly<Record<string, unknown>>) => OwnPool;

/**
 * The pool of the options, or a new one. Connects to nothing yet.
 *
 * @throws SessionError CONFIG_INVALID when the package pg is not installed.
 */
export async function poolOf(options: PostgresOptions): Promise<PostgresPool> {
  if (options.pool) return options.pool;
  const module = (await importOptional('pg')) as
    { readonly Pool?: PoolClass; readonly default?: { readonly Pool?: PoolClass } } | undefined;
  const Pool = module?.Pool ?? module?.default?.Pool;
  if (!Pool) throw noDriver;
  const pool = new Pool(poolConfig(options));
  // A connection that breaks while nobody uses it concerns nobody: the next query opens another. Unheard, it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

const noDriver = missingDriver({
  key: 'session.session_provider',
  seen: 'a provider that needs a client of PostgreSQL',
  packages: ['pg'],
});

function poolConfig(options: PostgresOptions): Readonly<Record<string, unknown>> {
  const { connectionString, host, port, database, user, password, ssl, timeout } = options;
  const given = Object.entries({ connectionString, host, port, database, user, password, ssl });
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    max: options.maxConnections,
    connectionTimeoutMillis: timeout,
    statement_timeout: timeout,
    application_name: 'nestjs-sessions',
    keepAlive: true,
    allowExitOnIdle: true,
  };
}
