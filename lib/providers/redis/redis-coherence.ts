import { newEtag } from '../../record/record-text.js';
import {
  type CacheCoherence,
  EXPELLED_STATE,
  GENERATION_NAME,
  type MailListener,
  MEMBER_STATE,
  type Roster,
  rosterOf,
} from '../near-cache/cache-coherence.js';
import type { Keyspace } from './keyspace.js';
import type { RedisPort, RedisReply } from './redis-port.js';
import { Script } from './script.js';

const ROSTER = new Script(new URL('./roster.lua', import.meta.url));
const JOIN = new Script(new URL('./join.lua', import.meta.url));

/** The roster of caching processes in one hash, and their mail by `PUBLISH` and `SUBSCRIBE`. */
export class RedisCoherence implements CacheCoherence {
  /** @param connect the way to Redis, when it is there. */
  constructor(
    private readonly connect: () => Promise<RedisPort>,
    private readonly keys: Keyspace,
  ) {}

  async roster(): Promise<Roster> {
    const reply = await ROSTER.run(await this.connect(), [this.keys.roster], []);
    const flat = (Array.isArray(reply) ? (reply as readonly RedisReply[]) : []).map(String);
    return rosterOf(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : [])));
  }

  async join(member: string): Promise<void> {
    const args = [member, MEMBER_STATE, GENERATION_NAME, newEtag()];
    await JOIN.run(await this.connect(), [this.keys.roster], args);
  }

  async expel(member: string): Promise<void> {
    await this.#exec(['HSET', this.keys.roster, member, EXPELLED_STATE]);
  }

  async remove(member: string): Promise<void> {
    await this.#exec(['HDEL', this.keys.roster, member]);
  }

  async send(channel: string, text: string): Promise<void> {
    await this.#exec(['PUBLISH', this.keys.mailOf(channel), text]);
  }

  /** On a connection of its own. */
  async listen(channels: readonly string[], listener: MailListener): Promise<() => void> {
    const port = (await this.connect()).duplicate();
    try {
      await port.open();
      const names = channels.map((channel) => this.keys.mailOf(channel));
      await port.subscribe(names, {
        heard: (text) => listener.heard(text),
        lost: () => listener.lost(),
        back: () => listener.lost(),
      });
    } catch (error) {
      port.close();
      throw error;
    }
    return () => port.close();
  }

  async #exec(args: readonly [command: string, key: string, ...string[]]): Promise<void> {
    await (await this.connect()).exec(args[1], args);
  }
}
