import type { RedisAddress } from './redis-address.js';
import { CONNECT_TIMEOUT_MS, identityOf, retryDelay, type ServerPlace } from './server-place.js';

/** What is used of `ioredis` and of `iovalkey`. */
export interface IoredisModule {
  readonly Redis: new (options: object) => IoredisEvents;
  readonly Cluster: new (nodes: readonly object[], options: object) => IoredisEvents;
}

interface IoredisEvents {
  once(event: 'ready', listener: () => void): unknown;
}

/**
 * Nobody is helped by a command that waits for a connection. What was under way when a connection broke is not sent again, although
 * it could be: whoever waited for it has long got an answer.
 */
const STEADY = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  lazyConnect: true,
  keepAlive: 5000,
};

/** It tries sixteen times, which is to be over before a request gives up: a load has another way. */
const TRY_AGAIN_DELAY_MS = 10;

/** Makes a client that is not connected yet. The first attempt to connect is the only one; later on it tries for ever. */
export function ioredisClient({ Redis, Cluster }: IoredisModule, place: ServerPlace): object {
  let wasReady = false;
  const retry = (attempt: number): number | null => (wasReady ? retryDelay(attempt) : null);
  const client = place.cluster
    ? new Cluster(...clusterArguments(place, retry))
    : new Redis(oneServer(place, retry));
  client.once('ready', () => (wasReady = true));
  return client;
}

type Retry = (attempt: number) => number | null;

function oneServer({ server, sentinel, tls }: ServerPlace, retryStrategy: Retry): object {
  const secured = { ...STEADY, retryStrategy, ...(tls && { tls }) };
  if (!sentinel)
    return {
      ...secured,
      ...(server && { ...locationOf(server), db: server.database }),
      ...identityOf(server ?? {}),
    };
  const { name, nodes, database = 0 } = sentinel;
  const [{ username, password } = {} as RedisAddress] = nodes;
  return {
    ...secured,
    ...identityOf(sentinel),
    name,
    db: database,
    sentinels: nodes.map(locationOf),
    sentinelRetryStrategy: retryStrategy,
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  };
}

function clusterArguments(
  { cluster = [] as never, tls }: ServerPlace,
  clusterRetryStrategy: Retry,
): [object[], object] {
  const redisOptions = { ...STEADY, ...identityOf(cluster[0]), ...(tls && { tls }) };
  return [
    cluster.map(locationOf),
    {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy,
      redisOptions,
      retryDelayOnTryAgain: TRY_AGAIN_DELAY_MS,
    },
  ];
}

const locationOf = ({ host, port, path }: RedisAddress): object =>
  path === undefined ? { host, port } : { path };
