import { RedisSessionProvider } from '../../../lib/providers/redis/index.js';
import { Subject } from '../../../lib/testing/index.js';
import { cachesServe, HASTY_LEASES } from '../cached-stores.js';
import type { PrincipalScene } from '../principal-programs.js';
import { type RedisBinary, redisBinary } from './redis-binary.js';
import { RedisCluster } from './redis-cluster.js';
import { RedisServer } from './redis.js';
import { BEGINNING, ServerTime, SteeredClock } from './steered-clock.js';

/** The machine that runs the tests may be busy. */
const PATIENCE_MS = 20_000;

/** What it takes to check the laws on a real Redis. */
interface RedisLabNeeds {
  readonly binary: RedisBinary;
  /** The path of libfaketime. */
  readonly faketime: string;
}

/** A real Redis whose clock is the one of the laws, and two processes over it, each with connections of its own. */
export class RedisLab {
  readonly #clock: SteeredClock;
  readonly #providers: readonly [RedisSessionProvider, RedisSessionProvider];

  private constructor(
    private readonly nodes: readonly RedisServer[],
    private readonly time: ServerTime,
    private readonly config: Readonly<Record<string, unknown>>,
  ) {
    this.#clock = new SteeredClock(time);
    const leases = config['cached'] ? HASTY_LEASES : undefined;
    const newProvider = (): RedisSessionProvider =>
      new RedisSessionProvider(config, { clock: this.#clock }, leases);
    this.#providers = [newProvider(), newProvider()];
  }

  static needs(): { readonly name: string; readonly found: RedisLabNeeds | undefined } {
    const [binary, faketime] = [redisBinary(), ServerTime.find()];
    return { name: 'Redis with libfaketime', found: binary && faketime ? { binary, faketime } : undefined };
  }

  /** @param config of the provider, beside the place of the server. */
  static async start(
    { binary, faketime }: RedisLabNeeds,
    place: 'one server' | 'a cluster',
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<RedisLab> {
    const time = new ServerTime(faketime);
    if (place === 'a cluster') {
      const { nodes, urls } = await RedisCluster.start(binary, { time });
      return new RedisLab(nodes, time, { ...config, cluster: urls });
    }
    const server = await RedisServer.start(binary, { time });
    return new RedisLab([server], time, { ...config, url: server.url });
  }

  /** An empty store, at the beginning of time. */
  async subject(): Promise<Subject> {
    await Promise.all(this.nodes.map((node) => empty(node)));
    if (this.config['cached']) await cachesServe(...this.#providers);
    return this.another();
  }

  /** The store as it is, at the beginning of time: sessions that were there before have other ids. */
  another(): Subject {
    this.#clock.set(BEGINNING);
    const [store, elsewhere] = this.#providers;
    return new Subject({
      store,
      elsewhere,
      clock: this.#clock,
      capabilities: ['clock', 'opaque', 'principals', 'everything'],
      dump: () => this.#dump(),
      policy: { operationTimeout: PATIENCE_MS },
    });
  }

  /** The program and its version, such as `Redis 7.0.15`. */
  async version(): Promise<string> {
    const info = String(await this.nodes[0]?.command('INFO', 'server'));
    const [, valkey] = /^valkey_version:(\S+)/m.exec(info) ?? [];
    const [, redis] = /^redis_version:(\S+)/m.exec(info) ?? [];
    return valkey === undefined ? `Redis ${redis}` : `Valkey ${valkey}`;
  }

  /**
   * The store as it is, for programs of logins. Time hardly passes in them: a limit ends what is past its deadline when it is reached,
   * and not before as the model does, which nobody but a late commit can tell.
   */
  scene(): PrincipalScene {
    this.#clock.set(BEGINNING);
    const [store, elsewhere] = this.#providers;
    return { store, elsewhere, clock: this.#clock, travels: false };
  }

  async stop(): Promise<void> {
    for (const provider of this.#providers) await provider.close();
    for (const node of this.nodes) await node.stop();
    this.time.remove();
  }

  /** Every key with its value. */
  async #dump(): Promise<string> {
    const texts = this.nodes.map(async (node) => {
      const keys = (await node.command('KEYS', '*')) as string[];
      const values = await Promise.all(keys.map((key) => valueOf(node, key)));
      return [...keys, ...values].join('\n');
    });
    return (await Promise.all(texts)).join('\n');
  }
}

/** Leaves the roster of those who cache: they would notice too late. */
async function empty(node: RedisServer): Promise<void> {
  const keys = (await node.command('KEYS', '*')) as string[];
  const sessions = keys.filter((key) => !key.endsWith(':near'));
  if (sessions.length < keys.length) await Promise.all(sessions.map((key) => node.command('DEL', key)));
  else await node.command('FLUSHALL');
}

const valueOf = async (node: RedisServer, key: string): Promise<unknown> =>
  (await node.command('TYPE', key)) === 'hash' ? node.command('HGETALL', key) : node.command('GET', key);
