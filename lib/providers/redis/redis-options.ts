import ms, { type StringValue } from 'ms';
import type { ConfigProblem } from '../../errors/configuration.js';
import { CACHED_OPTION, type CachedOption } from '../near-cache/near-cache-options.js';
import { type ProviderOptionTable, readProviderOptions } from '../provider-options.js';
import type { SessionValueRecord } from '../session-provider.js';
import { isClusterClient, isRedisClient, readsFromReplicas } from './adapters.js';
import { parseAddress, type RedisAddress } from './redis-address.js';

/** The packages that can make a client, in the order in which they are looked for. */
export const DRIVERS = ['@redis/client', 'redis', 'ioredis', 'iovalkey'] as const;

export type DriverName = (typeof DRIVERS)[number];

/** What `session.config` of a `RedisSessionProvider` says. Exactly one of the first four tells where Redis is. */
export interface RedisOptions {
  /** One server. */
  readonly url?: RedisAddress;
  /** Some nodes of a Redis Cluster; the others are found through them. Two or more, so that one may be down at boot. */
  readonly cluster?: readonly RedisAddress[];
  readonly sentinel?: SentinelOptions;
  /** A client of the app's own, connected, of any of {@link DRIVERS}. It is used as it is, and left open at the end. */
  readonly client?: object;
  /** Which package makes the client. Default: the first of {@link DRIVERS} that is installed. */
  readonly driver?: DriverName;
  /** Certificates. Without it, `rediss://` trusts what Node trusts. */
  readonly tls?: TlsOptions;
  /**
   * What the key of each session begins with. Default `sess:`. Apps that share one database need a prefix each: with the same one, a
   * token of one app opens its session in the other.
   */
  readonly prefix: string;
  readonly durable?: DurableOptions;
  /** Whether loads are answered from this process as long as nobody has changed the session. Default false. */
  readonly cached: CachedOption;
}

/** A server that sentinels choose. */
export interface SentinelOptions {
  /** What the sentinels call the group of servers. */
  readonly name: string;
  /** The sentinels; username and password in these URLs are for the sentinels themselves. */
  readonly nodes: readonly RedisAddress[];
  /** Who to be on the server. */
  readonly username?: string;
  readonly password?: string;
  /** Default 0. */
  readonly database?: number;
}

/** Files in PEM, against the folder of the YAML file. */
export interface TlsOptions {
  /** Who may have signed the server's certificate. Empty: the authorities that Node knows. */
  readonly ca?: string;
  /** The certificate of this client, for servers that ask for one; together with `key`. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate has to carry. Default: the host of the URL. */
  readonly servername?: string;
}

/** Ending and regenerating a session wait until replicas have it, so that a failover does not undo a logout. */
export interface DurableOptions {
  /** How many. */
  readonly replicas: number;
  /** How long they have, in milliseconds. Default 500; well below `session.operation_timeout`. */
  readonly timeout: number;
}

const DEFAULT_PREFIX = 'sess:';
const DEFAULT_DURABLE_TIMEOUT_MS = 500;
const LONGEST_DURABLE_TIMEOUT_MS = 60_000;
const URL_EXAMPLE = 'redis://localhost:6379';

const TABLE: ProviderOptionTable<RedisOptions> = {
  url: {
    parse: parseAddress,
    wanted: 'redis://user:password@host:port/database, rediss://… for TLS, or unix:/path/to/redis.sock',
    example: URL_EXAMPLE,
    secret: true,
  },
  cluster: {
    parse: (value) => addresses(value),
    wanted: 'a list of redis:// or rediss:// URLs of some nodes, the same user and password in all of them',
    example: '[redis://node-a:6379, redis://node-b:6379]',
    secret: true,
  },
  sentinel: {
    parse: parseSentinel,
    wanted: 'a map of name, nodes (a list of URLs) and perhaps username, password, database',
    example: '{ name: mymaster, nodes: [redis://sentinel-a:26379, redis://sentinel-b:26379] }',
    secret: true,
  },
  client: {
    parse: (value) => (isRedisClient(value) ? value : undefined),
    wanted: 'a client of @redis/client, redis, ioredis or iovalkey',
  },
  driver: {
    parse: (value) => DRIVERS.find((name) => name === value),
    wanted: DRIVERS.join(', '),
    example: "'@redis/client'",
  },
  tls: {
    parse: parseTls,
    wanted: 'a map of ca, cert and key (paths of PEM files) and servername',
    example: '{ ca: ./redis-ca.pem }',
  },
  prefix: {
    parse: (value) => (typeof value === 'string' && /^[\w:./-]{1,64}$/.test(value) ? value : undefined),
    wanted: '1 to 64 letters, digits and _ : . / -',
    example: "'shop:sess:'",
  },
  durable: {
    parse: parseDurable,
    wanted: `a map of replicas (1 to 16) and perhaps timeout (up to ${ms(LONGEST_DURABLE_TIMEOUT_MS)})`,
    example: '{ replicas: 1, timeout: 500ms }',
  },
  cached: CACHED_OPTION,
};

const PLACES = ['url', 'cluster', 'sentinel', 'client'] as const;

/**
 * Reads `session.config`.
 *
 * @throws SessionError CONFIG_INVALID with every problem; no URL is ever shown.
 */
export function parseRedisOptions(config: SessionValueRecord): RedisOptions {
  const options = readProviderOptions('RedisSessionProvider', TABLE, config, contradictions);
  return { prefix: DEFAULT_PREFIX, cached: false, ...options };
}

function contradictions(options: Partial<RedisOptions>): readonly ConfigProblem[] {
  const places = PLACES.filter((name) => options[name] !== undefined);
  return [
    ...(places.length === 1 ? [] : [whereProblem(places)]),
    ...(options.client && readsFromReplicas(options.client)
      ? [problem('client', 'a client that reads from replicas', "give it scaleReads: 'master', its default")]
      : []),
    ...(['driver', 'tls'] as const)
      .filter((name) => options.client && options[name] !== undefined)
      .map((name) => problem(name, 'given together with client', `remove it, the client is used as it is`)),
    ...(options.durable && (options.cluster || (options.client && isClusterClient(options.client)))
      ? [
          problem(
            'durable',
            'given with a cluster',
            'remove it: WAIT has no key that would lead it to a node',
          ),
        ]
      : []),
  ];
}

const whereProblem = (places: readonly string[]): ConfigProblem =>
  places.length === 0
    ? problem('url', 'missing', `write url: ${URL_EXAMPLE}, or give cluster, sentinel or client`)
    : problem(places[0] ?? 'url', `given together with ${places.slice(1).join(' and ')}`, 'keep one of them');

const problem = (name: string, seen: string, fix: string): ConfigProblem => ({
  key: `session.config.${name}`,
  seen,
  wanted: 'one way to one Redis',
  fix,
});

function addresses(value: unknown): readonly RedisAddress[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const parsed = value.map(parseAddress);
  const fit = parsed.filter((address) => address !== undefined && address.path === undefined);
  const [first] = fit as RedisAddress[];
  const agree = (address: RedisAddress | undefined): boolean =>
    address?.username === first?.username &&
    address?.password === first?.password &&
    address?.tls === first?.tls;
  return fit.length === value.length && fit.every(agree) ? (fit as RedisAddress[]) : undefined;
}

function parseSentinel(value: unknown): SentinelOptions | undefined {
  const map = mapOf(value, ['name', 'nodes', 'username', 'password', 'database']);
  const nodes = addresses(map?.['nodes']);
  if (!map || !nodes || !isText(map['name'])) return undefined;
  const { name, username, password, database = 0 } = map;
  if (![username, password].every((text) => text === undefined || isText(text))) return undefined;
  return Number.isSafeInteger(database) && Number(database) >= 0
    ? { ...(map as Omit<SentinelOptions, 'nodes'>), name, nodes }
    : undefined;
}

function parseTls(value: unknown): TlsOptions | undefined {
  const map = mapOf(value, ['ca', 'cert', 'key', 'servername']);
  const complete = map && (map['cert'] === undefined) === (map['key'] === undefined);
  return complete && Object.values(map).every(isText) ? map : undefined;
}

function parseDurable(value: unknown): DurableOptions | undefined {
  const map = mapOf(value, ['replicas', 'timeout']);
  const { replicas, timeout = DEFAULT_DURABLE_TIMEOUT_MS } = map ?? {};
  const timeoutMs = typeof timeout === 'string' && /^\d/.test(timeout) ? ms(timeout as StringValue) : timeout;
  if (!isWhole(replicas, 16) || !isWhole(timeoutMs, LONGEST_DURABLE_TIMEOUT_MS)) return undefined;
  return { replicas, timeout: timeoutMs };
}

/** The value, if it is a map with none but these keys. */
function mapOf(value: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.keys(value).every((key) => keys.includes(key)) ? { ...value } : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isWhole = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= most;
