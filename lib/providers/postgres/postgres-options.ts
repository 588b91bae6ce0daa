import ms, { type StringValue } from 'ms';
import type { ConfigProblem } from '../../errors/configuration.js';
import { CACHED_OPTION, type CachedOption } from '../near-cache/near-cache-options.js';
import { type ProviderOptionTable, readProviderOptions } from '../provider-options.js';
import type { SessionValueRecord } from '../session-provider.js';
import { parseIdentifier } from '../sql-text.js';
import { isPool, type PostgresPool } from './postgres-pool.js';

/** What `session.config` of a {@link PostgresSessionProvider} says. One of `pool`, `connection_string` and `host` is given. */
export interface PostgresOptions {
  /** A pool of the package pg that the app has already. Only code can give it; it is not closed with the provider. */
  readonly pool?: PostgresPool;
  /** `postgres://user:password@host:port/database`, with the parameters that pg knows, such as `?sslmode=verify-full`. */
  readonly connectionString?: string;
  /** The name of a server, or the folder of its socket. */
  readonly host?: string;
  /** Default 5432. */
  readonly port?: number;
  /** Default: as pg has it, `PGDATABASE` or the name of the user. */
  readonly database?: string;
  /** Default: as pg has it, `PGUSER` or the name of the system's user. */
  readonly user?: string;
  readonly password?: string;
  /** `true`: TLS, with a certificate of the server that the authorities known to Node have signed. Default false. */
  readonly ssl?: boolean;
  /** Default `public`. */
  readonly schema: string;
  /** Default `nestjs_sessions`. Two modules on one database need a table each. */
  readonly table: string;
  /** Whether the table is made at boot if it is not there. Default false: the app then needs no right to make one. */
  readonly migrate: boolean;
  /** The most connections of this process. Default 10; too many of them starve the other clients of the server. */
  readonly maxConnections: number;
  /**
   * How long a connection may take to be made, and a statement to be answered, in milliseconds or as `5s`. Default 5 s. A request has
   * its own, shorter deadline (`session.operation_timeout`); this one is for the connection, which is given up then.
   */
  readonly timeout: number;
  /** Whether statements are prepared by name. Default true; false for a PgBouncer before 1.21 that pools by transaction. */
  readonly preparedStatements: boolean;
  /** Whether loads are answered from this process as long as nobody has changed the session. Default false. */
  readonly cached: CachedOption;
}

const DEFAULTS = {
  schema: 'public',
  table: 'nestjs_sessions',
  migrate: false,
  maxConnections: 10,
  timeout: 5000,
  preparedStatements: true,
  cached: false,
} as const;
const LONGEST_TIMEOUT_MS = 60_000;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const yesOrNo = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** Digits are a number, too: `${PGPORT}` of a YAML file is always a text. */
const wholeUpTo =
  (most: number) =>
  (value: unknown): number | undefined => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) && Number(number) >= 1 && Number(number) <= most
      ? Number(number)
      : undefined;
  };

const OPTIONS: ProviderOptionTable<PostgresOptions> = {
  pool: {
    parse: (value) => (isPool(value) ? value : undefined),
    wanted: 'a pool of the package pg',
  },
  connectionString: {
    parse: parseConnectionString,
    wanted: 'postgres://user:password@host:port/database',
    example: 'postgres://app:${DB_PASSWORD}@localhost:5432/app',
    secret: true,
  },
  host: { parse: text, wanted: 'the name of a server', example: 'localhost' },
  port: { parse: wholeUpTo(65_535), wanted: 'a port', example: '5432' },
  database: { parse: text, wanted: 'the name of a database', example: 'app' },
  user: { parse: text, wanted: 'the name of a user', example: 'app' },
  password: { parse: text, wanted: 'a text', example: '${DB_PASSWORD}', secret: true },
  ssl: { parse: yesOrNo, wanted: 'true or false', example: 'true' },
  schema: { parse: parseIdentifier, wanted: 'the name of a schema: letters, digits, _', example: 'public' },
  table: { parse: parseIdentifier, wanted: 'the name of a table: letters, digits, _', example: 'sessions' },
  migrate: { parse: yesOrNo, wanted: 'true or false', example: 'true' },
  maxConnections: { parse: wholeUpTo(1000), wanted: 'a whole number from 1 to 1000', example: '10' },
  timeout: { parse: parseTimeout, wanted: 'a duration up to 1m, such as 5s', example: '5s' },
  preparedStatements: { parse: yesOrNo, wanted: 'true or false', example: 'false' },
  cached: CACHED_OPTION,
};

const CONNECTION = ['host', 'port', 'database', 'user', 'password', 'ssl'] as const;
const PLACES = ['pool', 'connectionString', 'host'] as const;

/**
 * Reads `session.config`. Opens nothing.
 *
 * @throws SessionError CONFIG_INVALID with everything that is wrong; neither a password nor a connection string is ever shown.
 */
export const parsePostgresOptions = (config: SessionValueRecord): PostgresOptions => ({
  ...DEFAULTS,
  ...readProviderOptions('PostgresSessionProvider', OPTIONS, config, contradictions),
});

/** The key that says where the server is. */
export const placeIn = ({ pool, connectionString }: Partial<PostgresOptions>): string =>
  `session.config.${pool ? 'pool' : connectionString === undefined ? 'host' : 'connection_string'}`;

function contradictions(options: Partial<PostgresOptions>): readonly ConfigProblem[] {
  const place = PLACES.find((name) => options[name] !== undefined);
  if (place === undefined) return [missingPlace];
  if (place === 'host') return [];
  const others = place === 'pool' ? (['connectionString', ...CONNECTION] as const) : CONNECTION;
  return others.filter((name) => options[name] !== undefined).map((name) => beside(name, place));
}

const missingPlace: ConfigProblem = {
  key: 'session.config.connection_string',
  seen: 'missing',
  wanted: 'a connection string, a host, or a pool',
  fix: 'write connection_string: postgres://user:password@host:5432/database',
};

const beside = (name: string, place: string): ConfigProblem => ({
  key: `session.config.${name}`,
  seen: `given beside ${place}`,
  wanted: 'one way to one server',
  fix: `remove it; ${place} says where the server is`,
});

/** What is no URL would reach pg as the name of a database. The answer is the text itself. */
function parseConnectionString(value: unknown): string | undefined {
  try {
    const { protocol } = new URL(String(value));
    return ['postgres:', 'postgresql:'].includes(protocol) ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

function parseTimeout(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^\d{1,6}(?:\.\d{1,3})? ?[a-z]{1,12}$/i.test(value);
  return wholeUpTo(LONGEST_TIMEOUT_MS)(isText ? ms(value as StringValue) : value);
}
