const { redisBinary } = await import('../../test/support/servers/redis-binary.ts');
const { RedisServer } = await import('../../test/support/servers/redis.ts');

const CONNECTIONS = 64;
const LOADS = 400;

/** A Redis or Valkey of its own, and what it says of itself. */
export class MeasuredRedis {
  static title = 'Redis';

  static async start(library) {
    const binary = redisBinary();
    if (binary === undefined) return undefined;
    const { RedisSessionProvider } = await library('providers/redis/index.js');
    const server = await RedisServer.start(binary);
    const provider = new RedisSessionProvider({ url: server.url });
    await provider.open();
    const measured = new MeasuredRedis(server, provider, library);
    const { redis_version, valkey_version, server_name = 'Redis' } = await measured.#info('server');
    measured.version = `${server_name} ${valkey_version ?? redis_version}`;
    return measured;
  }

  constructor(server, provider, library) {
    this.server = server;
    this.provider = provider;
    this.moduleOf = library;
  }

  /** `resident` is what the system gave it: with what the allocator keeps. */
  async size() {
    const { used_memory_dataset, used_memory, used_memory_rss } = await this.#info('memory');
    return { used: +used_memory, dataset: +used_memory_dataset, resident: +used_memory_rss };
  }

  /** Since it began: microseconds of processor time, those of them within commands, and bytes. */
  async work() {
    const [cpu, stats, commands] = await Promise.all(
      ['cpu', 'stats', 'commandstats'].map((name) => this.#info(name)),
    );
    const own = Object.entries(commands).filter(([name]) => !/info|hello|auth|client/.test(name));
    const sum = (pattern) => own.reduce((total, [, text]) => total + Number(pattern.exec(text)?.[1] ?? 0), 0);
    return {
      'µs of server': 1e6 * (Number(cpu.used_cpu_user) + Number(cpu.used_cpu_sys)),
      'µs in commands': sum(/usec=(\d+)/),
      'B in': Number(stats.total_net_input_bytes),
      'B out': Number(stats.total_net_output_bytes),
    };
  }

  /** Loads of many connections that send one at a time: the server reads and writes a socket for each. */
  async afterwards({ ids }) {
    const { RedisSessionProvider } = await this.moduleOf('providers/redis/index.js');
    const url = this.server.url;
    const apps = Array.from({ length: CONNECTIONS }, () => new RedisSessionProvider({ url }));
    const loads = (count) =>
      Promise.all(
        apps.map(async (app) => {
          for (let done = 0; done < count; done++)
            await app.load(ids[Math.floor(Math.random() * ids.length)]);
        }),
      );
    await loads(50);
    const before = await this.work();
    await loads(LOADS);
    const after = await this.work();
    const us = (after['µs of server'] - before['µs of server']) / LOADS / CONNECTIONS;
    console.log(
      `  load            of ${CONNECTIONS} connections, one at a time each: µs of server ${us.toFixed(1)}`,
    );
    await Promise.all(apps.map((app) => app.close()));
  }

  async stop() {
    await this.provider.close();
    await this.server.stop();
  }

  async #info(section) {
    const text = String(await this.server.command('INFO', section));
    return Object.fromEntries(
      text.split('\r\n').flatMap((line) => (line.includes(':') ? [split(line)] : [])),
    );
  }
}

const split = (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)];
