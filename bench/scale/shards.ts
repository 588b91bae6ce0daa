import type { Chance } from './chance.js';

const SLOTS = 16_384;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BUCKETS = [...ALPHABET].flatMap((one) => [...ALPHABET].map((other) => one + other));

/** The slot of a key in Redis Cluster, by what stands between its braces: CRC-16 of XMODEM, as its specification says. */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}

/** Slots are dealt out in equal ranges, as `redis-cli --cluster create` does. */
const shardOf = (tag: string, shards: number): number => Math.floor((slotOf(tag) * shards) / SLOTS);

/** The share of all sessions that each shard holds: ours are in 4096 buckets of one size. */
export function sharesOf(shards: number): number[] {
  const shares = Array.from({ length: shards }, () => 0);
  for (const bucket of BUCKETS) {
    const shard = shardOf(bucket, shards);
    shares[shard] = (shares[shard] ?? 0) + 1 / BUCKETS.length;
  }
  return shares;
}

/** What the busiest shard gets, in times the mean. */
export const busiest = (shares: readonly number[]): number => Math.max(...shares) * shares.length;

/** The same when so many sessions get so large a share of all requests together; the sessions are anywhere. */
export function withHotSessions(
  shares: readonly number[],
  { sessions, share }: { readonly sessions: number; readonly share: number },
  chance: Chance,
): number[] {
  const loads = shares.map((part) => part * (1 - share));
  for (let hot = 0; hot < sessions; hot++) {
    const shard = shardOf(BUCKETS[chance.whole(BUCKETS.length)] ?? '', shares.length);
    loads[shard] = (loads[shard] ?? 0) + share / sessions;
  }
  return loads;
}
