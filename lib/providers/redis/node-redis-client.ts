import type { RedisAddress } from './redis-address.js';
import {
  CONNECT_TIMEOUT_MS,
  identityOf,
  retryDelay,
  type ServerPlace,
  type TlsMaterial,
} from './server-place.js';

/** What is used of `@redis/client` and of `redis`. */
export interface NodeRedisModule {
  createClient(options: object): NodeRedisEvents;
  createCluster(options: object): NodeRedisEvents;
  createSentinel(options: object): NodeRedisEvents;
}

interface NodeRedisEvents {
  on(event: 'ready', listener: () => void): unknown;
}

/** Nobody is helped by a command that waits for a connection; and RESP 2 needs no greeting that an ACL would have to allow. */
const STEADY = { disableOfflineQueue: true, maintNotifications: 'disabled', RESP: 2 };
/** A connection without traffic is kept alive, so that a firewall does not forget it. */
const PING_INTERVAL_MS = 30_000;

/** Makes a client that is not connected yet. */
export function nodeRedisClient(
  module: NodeRedisModule,
  { server, cluster, sentinel, tls }: ServerPlace,
): object {
  const socket = socketOptions(tls);
  if (cluster) {
    const defaults = { ...STEADY, ...identityOf(cluster[0]), socket, pingInterval: PING_INTERVAL_MS };
    return module.createCluster({
      RESP: 2,
      rootNodes: cluster.map((node) => ({ socket: locationOf(node) })),
      defaults,
    });
  }
  if (sentinel) {
    const { name, nodes, database = 0 } = sentinel;
    return module.createSentinel({
      RESP: 2,
      name,
      sentinelRootNodes: nodes.map(locationOf),
      sentinelClientOptions: { ...STEADY, ...identityOf(nodes[0] ?? {}), socket },
      nodeClientOptions: {
        ...STEADY,
        ...identityOf(sentinel),
        database,
        socket,
        pingInterval: PING_INTERVAL_MS,
      },
      reserveClient: true,
    });
  }
  return singleClient(module, server, socket);
}

/** The first attempt to connect is the only one: whether it fails decides about the boot. Later on it tries for ever. */
function singleClient(module: NodeRedisModule, server: RedisAddress | undefined, socket: object): object {
  let wasReady = false;
  const { database = 0 } = server ?? {};
  const client = module.createClient({
    ...STEADY,
    ...identityOf(server ?? {}),
    database,
    pingInterval: PING_INTERVAL_MS,
    socket: {
      ...socket,
      ...(server && locationOf(server)),
      reconnectStrategy: (attempt: number) => wasReady && retryDelay(attempt),
    },
  });
  client.on('ready', () => (wasReady = true));
  return client;
}

const locationOf = ({ host, port, path }: RedisAddress): object =>
  path === undefined ? { host, port } : { path, tls: false };

const socketOptions = (tls: TlsMaterial | undefined): object => ({
  connectTimeout: CONNECT_TIMEOUT_MS,
  reconnectStrategy: retryDelay,
  ...(tls && { ...tls, tls: true }),
});
