import { createClient } from '@redis/client';
import { etagIn } from './records.mjs';

/**
 * A layout that the library does not have, to be measured beside the one that it has: a hash with the whole body (`d`), the first line
 * (`m`), and a field for each key that was changed since the body was written. The writer puts all into the body again once there are
 * sixteen such fields. As strict as replace.lua: it compares the etag, and the epoch of the bucket.
 */
const FIELDS = 16;
const WRITE = `
local head = redis.call('HMGET', KEYS[1], 'e', 'm')
if not head[1] or head[1] ~= redis.call('GET', KEYS[2]) then return 0 end
if string.sub(head[2], 1, 12) ~= ARGV[1] then return { redis.call('HGETALL', KEYS[1]), redis.call('PTTL', KEYS[1]) } end
if ARGV[5] == '1' then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'e', head[1], 'm', ARGV[2], 'd', ARGV[4])
else
  redis.call('HSET', KEYS[1], 'm', ARGV[2], ARGV[6], ARGV[4])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

export class OverlayOnRedis {
  #fields = new Map();

  static async connect(url) {
    const client = createClient({ url, RESP: 2, commandOptions: { timeout: 0 } });
    client.on('error', () => undefined);
    await client.connect();
    return new OverlayOnRedis(client, await client.scriptLoad(WRITE));
  }

  constructor(client, script) {
    this.client = client;
    this.script = script;
  }

  async create(id, text, deadline) {
    const [key, epoch] = keysOf(id);
    const [head, body] = partsOf(text);
    await this.client.sendCommand(['SET', epoch, 'epoch']);
    await this.client.sendCommand(['HSET', key, 'e', 'epoch', 'm', head, 'd', body]);
    await this.client.sendCommand(['PEXPIRE', key, lifeUntil(deadline)]);
  }

  async load(id) {
    const [key, epoch] = keysOf(id);
    const commands = [
      ['GET', epoch],
      ['HGETALL', key],
      ['PTTL', key],
    ];
    const [, fields] = await Promise.all(commands.map((command) => this.client.sendCommand(command)));
    return fields;
  }

  /** @param change how many bytes of the body have changed. */
  async replace(id, etag, text, deadline, change) {
    const count = (this.#fields.get(id) ?? 0) + 1;
    const isWhole = count > FIELDS;
    this.#fields.set(id, isWhole ? 0 : count);
    const [head, body] = partsOf(text);
    const written = isWhole ? body : body.slice(0, change);
    const args = [etag, head, lifeUntil(deadline), written, isWhole ? '1' : '0', `k${count}`];
    const answer = await this.client.sendCommand(['EVALSHA', this.script, '2', ...keysOf(id), ...args]);
    if (answer !== 1) throw new Error(`The overlay was refused its write of ${etagIn(text)}.`);
  }

  close() {
    return this.client.close();
  }
}

const keysOf = (id) => [`overlay:{${id.slice(0, 2)}}:${id}`, `overlay:{${id.slice(0, 2)}}`];
const lifeUntil = (deadline) => String(Math.max(1, deadline - Date.now()));

function partsOf(text) {
  const end = text.indexOf('\n') + 1;
  return [text.slice(0, end), text.slice(end)];
}
