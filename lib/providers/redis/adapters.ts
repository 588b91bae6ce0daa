import type { RedisPort } from './redis-port.js';

/** What is used of a client of `@redis/client` or `redis`, from version 5: one server, a pool, a cluster, or behind sentinels. */
interface NodeRedis extends Emitter {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  duplicate(): NodeRedis;
  destroy(): unknown;
}

interface NodeRedisClient extends NodeRedis {
  sendCommand(args: readonly string[], options: object): Promise<unknown>;
}

interface NodeRedisCluster extends NodeRedis {
  sendCommand(key: string, readonly: boolean, args: readonly string[], options: object): Promise<unknown>;
}

interface NodeRedisSentinel extends NodeRedis {
  sendCommand(readonly: boolean, args: readonly string[], options: object): Promise<unknown>;
}

/** What is used of a client of `ioredis` or `iovalkey`, of one server or a cluster. It finds the node of a key by itself. */
interface Ioredis extends Emitter {
  readonly status: string;
  call(...args: readonly string[]): Promise<unknown>;
  connect(): Promise<unknown>;
  duplicate(): Ioredis;
  disconnect(): unknown;
}

interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** node-redis would start a timer of its own for each command, which costs more than the command. */
const UNTIMED = { timeout: 0 };

/** Tells one kind of client by the methods that no other kind has, and makes a port of it. The first that fits wins. */
const ADAPTERS: readonly { readonly marks: readonly string[]; port(client: never): RedisPort }[] = [
  {
    marks: ['call', 'connect', 'duplicate', 'disconnect'],
    port: (client: Ioredis) => ({
      ...lifecycle(client, () => client.status !== 'wait'),
      exec: (_key, args) => client.call(...args),
      close: () => void client.disconnect(),
    }),
  },
  {
    marks: ['sendCommand', 'connect', 'duplicate', 'destroy', 'getSentinelNode'],
    port: (client: NodeRedisSentinel) => ({
      ...lifecycle(client, () => client.isOpen),
      exec: (_key, args) => client.sendCommand(false, args, UNTIMED),
      close: () => void client.destroy(),
    }),
  },
  {
    marks: ['sendCommand', 'connect', 'duplicate', 'destroy', 'nodeClient'],
    port: (client: NodeRedisCluster) => ({
      ...lifecycle(client, () => client.isOpen),
      exec: (key, args) => client.sendCommand(key, false, args, UNTIMED),
      close: () => void client.destroy(),
    }),
  },
  {
    marks: ['sendCommand', 'connect', 'duplicate', 'destroy'],
    port: (client: NodeRedisClient) => ({
      ...lifecycle(client, () => client.isOpen),
      exec: (_key, args) => client.sendCommand(args, UNTIMED),
      close: () => void client.destroy(),
    }),
  },
];

/** Whether {@link portOf} can work with it. */
export const isRedisClient = (value: unknown): value is object => adapterOf(value) !== undefined;

/** @param client one that {@link isRedisClient} knows. */
export function portOf(client: object): RedisPort {
  const adapter = adapterOf(client);
  if (!adapter) throw new TypeError('This is no client of Redis.');
  return adapter.port(client as never);
}

function adapterOf(value: unknown): (typeof ADAPTERS)[number] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return ADAPTERS.find(({ marks }) =>
    marks.every((mark) => typeof (value as Record<string, unknown>)[mark] === 'function'),
  );
}

interface Connectable extends Emitter {
  connect(): Promise<unknown>;
  duplicate(): object;
}

/**
 * How a client of our own is connected and copied. A client without a listener for its errors would end the process; what it tells
 * there matters only while the first connection is made, as `connect()` itself often does not say why it failed.
 */
const lifecycle = (client: Connectable, isOpen: () => boolean): Pick<RedisPort, 'open' | 'duplicate'> => ({
  async open() {
    let reason: unknown;
    client.on('error', (error) => (reason = error));
    if (isOpen()) return;
    await client.connect().catch((error: unknown) => {
      throw reason ?? error;
    });
  },
  duplicate: () => portOf(client.duplicate()),
});
