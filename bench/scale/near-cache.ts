import type { Chance } from './chance.js';

export interface CacheRules {
  readonly nodes: number;
  /** The share of requests that the balancer sends to the node of the session; the others go to any. */
  readonly affinity: number;
  /** How long a node may answer from what it has loaded, in seconds. */
  readonly lease: number;
  /** The share of requests that write: the copies of all other nodes are dropped, the writer's is new. */
  readonly writes: number;
}

/** The share of loads that a near-cache answers, when each node keeps what it has loaded. Every request loads, one that writes as well. */
export function hitRate(
  visits: readonly (readonly number[])[],
  { nodes, affinity, lease, writes }: CacheRules,
  chance: Chance,
): number {
  let hits = 0;
  let loads = 0;
  for (const instants of visits) {
    const home = chance.whole(nodes);
    const loaded = new Map<number, number>();
    for (const now of instants) {
      const node = chance.isTrue(affinity) ? home : chance.whole(nodes);
      const since = loaded.get(node);
      const isHit = since !== undefined && now - since < lease;
      loads++;
      if (isHit) hits++;
      const isWrite = chance.isTrue(writes);
      if (isWrite) loaded.clear();
      if (isWrite || !isHit) loaded.set(node, now);
    }
  }
  return hits / loads;
}

/** For visits of `requests` each, any node alike, no lease and no write: each node that is met at all misses once. */
export const hitRateOfChance = (requests: number, nodes: number): number =>
  1 - (nodes * (1 - (1 - 1 / nodes) ** requests)) / requests;
