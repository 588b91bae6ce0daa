import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisPort, RedisReply } from './redis-port.js';
import { onceTogether } from './split-slot.js';

/** A Lua script that takes keys of one slot. A server knows it by its hash from the first call on, until it restarts. */
export class Script {
  readonly #text: string;
  readonly #hash: string;

  /** @param file an URL: the script stands in a file of its own beside the module that uses it. */
  constructor(file: URL) {
    this.#text = readFileSync(file, 'utf8');
    this.#hash = createHash('sha1').update(this.#text).digest('hex');
  }

  /** One round trip, or two where the server (in a cluster, the node of the keys) does not know the script. */
  async run(
    port: RedisPort,
    keys: readonly [string, ...string[]],
    args: readonly string[],
  ): Promise<RedisReply> {
    const rest = [String(keys.length), ...keys, ...args];
    const send = (...script: readonly string[]): Promise<RedisReply> =>
      onceTogether(() => port.exec(keys[0], [...script, ...rest]));
    try {
      return await send('EVALSHA', this.#hash);
    } catch (error) {
      if (!/\bNOSCRIPT\b/.test(String(error))) throw error;
      return send('EVAL', this.#text);
    }
  }
}
