import { bareFailure } from './redis-failure.js';
import type { ChannelListener, RedisPort, RedisReply } from './redis-port.js';

/** What is used of a client of `@redis/client` or `redis`, from version 5. */
interface NodeRedis extends Emitter {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  duplicate(): NodeRedis;
  destroy(): unknown;
  subscribe(channels: string[], listener: (text: string) => void): Promise<unknown>;
}

/** What is used of a client of `ioredis` or `iovalkey`. It finds the node of a key by itself. */
interface Ioredis extends Emitter {
  readonly status: string;
  connect(): Promise<unknown>;
  duplicate(options: { readonly lazyConnect: true }): Ioredis;
  disconnect(): unknown;
  call(...args: readonly string[]): Promise<RedisReply>;
  subscribe(...channels: readonly string[]): Promise<unknown>;
  on(event: 'message', listener: (channel: string, text: string) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'ready' | 'reconnecting' | 'end', listener: () => void): unknown;
}

interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'ready' | 'reconnecting' | 'end', listener: () => void): unknown;
}

interface Adapter {
  /** The methods that tell this kind of client from the kinds further down. */
  readonly marks: readonly string[];
  readonly port: (client: never) => RedisPort;
}

/** node-redis would start a timer of its own for each command, which costs more than the command. */
const UNTIMED = { timeout: 0 };

const ioredis: Adapter = {
  marks: ['call', 'connect', 'disconnect', 'duplicate'],
  port: (client: Ioredis) => ({
    exec: (_, args) => client.call(...args),
    open: () => opened(client, client.status !== 'wait'),
    duplicate: () => portOf(client.duplicate({ lazyConnect: true })),
    async subscribe(channels, listener) {
      client.on('message', (_, text) => listener.heard(text));
      await client.subscribe(...channels);
      follow(client, listener);
    },
    close: () => void client.disconnect(),
  }),
};

const nodeRedisSentinel = nodeRedis(
  ['getSentinelNode'],
  (client: {
    sendCommand(readonly: boolean, args: readonly string[], options: object): Promise<RedisReply>;
  }) =>
    (_, args) =>
      client.sendCommand(false, args, UNTIMED),
);

const nodeRedisCluster = nodeRedis(
  ['nodeClient'],
  (client: { sendCommand(...args: [string, boolean, readonly string[], object]): Promise<RedisReply> }) =>
    (key, args) =>
      client.sendCommand(key, false, args, UNTIMED),
);

const nodeRedisClient = nodeRedis(
  [],
  (client: { sendCommand(args: readonly string[], options: object): Promise<RedisReply> }) => (_, args) =>
    client.sendCommand(args, UNTIMED),
);

const ADAPTERS: readonly Adapter[] = [ioredis, nodeRedisSentinel, nodeRedisCluster, nodeRedisClient];

/** The three kinds of client of node-redis differ in how they send a command, and in nothing else that matters here. */
function nodeRedis<Sender>(marks: readonly string[], exec: (client: Sender) => RedisPort['exec']): Adapter {
  return {
    marks: ['sendCommand', 'connect', 'destroy', 'duplicate', ...marks],
    port: (client: NodeRedis & Sender) => ({
      exec: exec(client),
      open: () => opened(client, client.isOpen),
      duplicate: () => portOf(client.duplicate()),
      async subscribe(channels, listener) {
        await client.subscribe([...channels], (text) => listener.heard(text));
        follow(client, listener);
      },
      close: () => shut(client),
    }),
  };
}

/** Also one that is about to be connected again: node-redis would finish that, and keep a connection that nobody knows. */
function shut(client: NodeRedis): void {
  client.on('ready', () => void client.destroy());
  if (client.isOpen) client.destroy();
}

/** Whether {@link portOf} can work with it. */
export const isRedisClient = (value: unknown): value is object => adapterOf(value) !== undefined;

/** Whether a client leads to a cluster, where `WAIT` finds no node. */
export const isClusterClient = (client: object): boolean =>
  adapterOf(client) === nodeRedisCluster || (client as { readonly isCluster?: unknown }).isCluster === true;

/** Whether a client asks replicas, which would show an ended session for a moment. One of node-redis does not for commands as ours. */
export function readsFromReplicas(client: object): boolean {
  const { options } = client as { readonly options?: { readonly scaleReads?: unknown } };
  return options?.scaleReads !== undefined && options.scaleReads !== 'master';
}

/** @param client one that {@link isRedisClient} knows. */
export function portOf(client: object): RedisPort {
  const adapter = adapterOf(client);
  if (!adapter) throw new TypeError('This is no client of Redis.');
  const port = adapter.port(client as never);
  return {
    ...port,
    async exec(key, args) {
      try {
        return await port.exec(key, args);
      } catch (error) {
        throw bareFailure(error);
      }
    },
  };
}

function adapterOf(value: unknown): Adapter | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const has = (mark: string): boolean => typeof (value as Record<string, unknown>)[mark] === 'function';
  return ADAPTERS.find(({ marks }) => marks.every(has));
}

/** Tells of what happens to a connection that listens, in the events that both families of clients have. */
function follow(client: Emitter, listener: ChannelListener): void {
  client.on('reconnecting', () => listener.lost?.());
  client.on('end', () => listener.lost?.());
  client.on('ready', () => listener.back());
}

/**
 * Connects a client, unless it is already. One without a listener for its errors would end the process; what it tells there matters
 * only while the first connection is made, as `connect()` itself often does not say why it failed.
 */
async function opened(client: Emitter & { connect(): Promise<unknown> }, isOpen: boolean): Promise<void> {
  let reason: unknown;
  client.on('error', (error) => (reason = error));
  if (isOpen) return;
  try {
    await client.connect();
  } catch (error) {
    throw bareFailure(reason ?? error);
  }
}
