import { freePort } from './free-port.js';
import { RedisServer } from './redis.js';
import type { RedisBinary } from './redis-binary.js';
import type { ServerTime } from './steered-clock.js';
import { until } from './until.js';

export interface RedisClusterOptions {
  /** Nodes that share the slots. Default 3, the least that Redis takes for a cluster. */
  readonly primaries?: number;
  /** Nodes beside them, one for each primary in turn. Default none. */
  readonly replicas?: number;
  /** Stands still once the cluster is there; nodes do not notice then when one of them is gone. */
  readonly time?: ServerTime;
}

const SLOTS = 16_384;
const NODE_TIMEOUT_MS = '1000';
const DAY_MS = '86400000';
const READY_WITHIN_MS = 20_000;

/** A Redis Cluster of one test file: private servers that know each other. */
export class RedisCluster {
  private constructor(
    readonly primaries: readonly RedisServer[],
    readonly replicas: readonly RedisServer[],
  ) {}

  static async start(binary: RedisBinary, options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const { primaries = 3, replicas = 0, time } = options;
    time?.run();
    const cluster = new RedisCluster(
      await Promise.all(Array.from({ length: primaries }, () => startNode(binary, time))),
      await Promise.all(Array.from({ length: replicas }, () => startNode(binary, time))),
    );
    try {
      await cluster.#join();
      if (time) await cluster.#standStill();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get nodes(): readonly RedisServer[] {
    return [...this.primaries, ...this.replicas];
  }

  get urls(): readonly string[] {
    return this.nodes.map(({ url }) => url);
  }

  /** The primary that was given the slot of a key at the start. */
  async primaryOf(key: string): Promise<RedisServer> {
    const alive = this.nodes.find(({ isRunning }) => isRunning);
    const slot = Number(await alive?.command('CLUSTER', 'KEYSLOT', key));
    return this.primaries[Math.floor((slot * this.primaries.length) / SLOTS)] as RedisServer;
  }

  async flush(): Promise<void> {
    await Promise.all(this.primaries.map((node) => node.command('FLUSHALL')));
  }

  /** Settles when every node sees every slot served. */
  async ready(): Promise<void> {
    const isReady = async (node: RedisServer): Promise<boolean> => {
      const info = String(await node.command('CLUSTER', 'INFO').catch(() => ''));
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${this.nodes.length}`);
    };
    await until(async () => (await Promise.all(this.nodes.map(isReady))).every(Boolean), READY_WITHIN_MS);
  }

  /**
   * Moves the slot of a key, as an administrator does who gives a cluster another node.
   *
   * @param apart runs when the key alone is on the other node, and the others of its slot are not.
   */
  async move(
    key: string,
    from: RedisServer,
    to: RedisServer,
    apart: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const slot = String(await from.command('CLUSTER', 'KEYSLOT', key));
    const [source, target] = await Promise.all([from, to].map((node) => node.command('CLUSTER', 'MYID')));
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(source));
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(target));
    const migrate = (...keys: readonly string[]): Promise<unknown> =>
      from.command('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys);
    await migrate(key);
    await apart();
    await migrate(...((await from.command('CLUSTER', 'GETKEYSINSLOT', slot, '1000')) as string[]));
    for (const node of [to, from]) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', String(target));
  }

  /** Settles when every replica of a primary has what the primary has. */
  async caughtUp(primary: RedisServer): Promise<void> {
    const isCaughtUp = async (): Promise<boolean> => {
      const info = String(await primary.command('INFO', 'replication'));
      const offset = /master_repl_offset:(\d+)/.exec(info)?.[1];
      return info.includes(`state=online,offset=${offset},`);
    };
    await until(isCaughtUp, READY_WITHIN_MS);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  async #join(): Promise<void> {
    const [first] = this.primaries;
    const share = (index: number): string => String(Math.floor((index * SLOTS) / this.primaries.length));
    for (const [index, node] of this.primaries.entries()) {
      await node.command('CLUSTER', 'ADDSLOTSRANGE', share(index), String(Number(share(index + 1)) - 1));
      await node.command('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    }
    const [, bus = ''] = /@(\d+)/.exec(String(await first?.command('CLUSTER', 'NODES'))) ?? [];
    for (const node of this.nodes)
      await node.command('CLUSTER', 'MEET', '127.0.0.1', String(first?.port), bus);
    await this.ready();
    await until(async () => (await Promise.all(this.nodes.map(isLinked))).every(Boolean), READY_WITHIN_MS);
    for (const [index, node] of this.replicas.entries()) {
      const id = await this.primaries[index % this.primaries.length]?.command('CLUSTER', 'MYID');
      await node.command('CLUSTER', 'REPLICATE', String(id));
    }
  }

  /** No jump of the clock is to look like the silence of a node. */
  async #standStill(): Promise<void> {
    for (const node of this.nodes) await node.command('CONFIG', 'SET', 'cluster-node-timeout', DAY_MS);
  }
}

/** Whether a node has its own connection to each other one: a `PUBLISH` before that does not reach them, and nobody is told. */
async function isLinked(node: RedisServer): Promise<boolean> {
  const lines = String(await node.command('CLUSTER', 'NODES'))
    .trim()
    .split('\n');
  return lines.every((line) => line.includes(' connected') && !line.includes('handshake'));
}

async function startNode(binary: RedisBinary, time: ServerTime | undefined): Promise<RedisServer> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', NODE_TIMEOUT_MS, '--appendonly', 'yes'];
  const bus = ['--cluster-port', String(await freePort())];
  return RedisServer.start(binary, { args: [...args, ...bus], ...(time && { time }) });
}
