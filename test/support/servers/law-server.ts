import type { ProviderContext } from '../../../lib/providers/session-provider.js';
import type { RedisSessionProvider } from '../../../lib/providers/redis/index.js';
import { Subject } from '../../../lib/testing/index.js';
import { RedisServer } from './redis.js';
import { type RedisBinary, redisBinary } from './redis-binary.js';
import { ServerTime, SteeredClock } from './steered-clock.js';

/** What a server on which the laws can be checked is made of. */
export interface LawServerNeeds {
  readonly binary: RedisBinary;
  readonly faketime: string;
}

/** A real Redis whose clock is the subject's, empty for each check. */
export class LawServer {
  private constructor(
    private readonly server: RedisServer,
    private readonly time: ServerTime,
  ) {}

  static needs(): { readonly name: string; readonly found: LawServerNeeds | undefined } {
    const [binary, faketime] = [redisBinary(), ServerTime.find()];
    return {
      name: 'redis-server with libfaketime',
      found: binary && faketime ? { binary, faketime } : undefined,
    };
  }

  static async start({ binary, faketime }: LawServerNeeds): Promise<LawServer> {
    const time = new ServerTime(faketime);
    return new LawServer(await RedisServer.start(binary, { time }), time);
  }

  get url(): string {
    return this.server.url;
  }

  /** Two processes over this server, each with connections of its own. */
  async subject(provider: (context: Partial<ProviderContext>) => RedisSessionProvider): Promise<Subject> {
    await this.server.command('FLUSHALL');
    const clock = new SteeredClock(this.time);
    const [store, elsewhere] = [provider({ clock }), provider({ clock })];
    return new Subject({
      store,
      elsewhere,
      clock,
      dump: () => this.#dump(),
      close: () => [store, elsewhere].forEach((each) => each.close()),
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.time.remove();
  }

  /** Every key with its value. */
  async #dump(): Promise<string> {
    const keys = (await this.server.command('KEYS', '*')) as string[];
    const values = await Promise.all(keys.map((key) => this.server.command('GET', key)));
    return [...keys, ...values].join('\n');
  }
}
