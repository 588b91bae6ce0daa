import { setTimeout as delay } from 'node:timers/promises';
import type { RecordKeys } from './keyspace.js';
import type { RedisPort, RedisReply } from './redis-port.js';

const PAUSE_MS = 20;
/** Longer than anybody waits for a session. */
const MAX_PAUSES = 250;

/**
 * While a slot moves to another node of a cluster, a command for two of its keys is refused as long as one of them is here and the
 * other there; nothing has happened then. Sends it again until they are together.
 */
export async function onceTogether<T>(send: () => Promise<T>): Promise<T> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await send();
    } catch (error) {
      if (!isApart(error) || pauses === MAX_PAUSES) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/** The epoch of a bucket, and the value and PTTL of a record in it: one round trip; two while they are on two nodes. */
export async function readTogether(
  port: RedisPort,
  [record, epoch]: RecordKeys,
): Promise<readonly [epoch: RedisReply, value: RedisReply, ttl: RedisReply]> {
  const both = port.exec(record, ['MGET', epoch, record]);
  const ttl = port.exec(record, ['PTTL', record]);
  try {
    const [found, left] = await Promise.all([both, ttl]);
    const [current = null, value = null] = found as readonly RedisReply[];
    return [current, value, left];
  } catch (error) {
    if (!isApart(error)) throw error;
    const get = (key: string): Promise<RedisReply> => port.exec(key, ['GET', key]);
    return Promise.all([get(epoch), get(record), ttl]);
  }
}

/** ioredis tries it sixteen times itself, and then says what it was told last on its way to and fro. */
const isApart = (error: unknown): boolean =>
  /\bTRYAGAIN\b|Too many Cluster redirections.*\b(?:MOVED|ASK)\b/.test(String(error));
