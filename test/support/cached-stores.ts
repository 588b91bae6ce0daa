import { type Leases, LEASES } from '../../lib/providers/near-cache/leases.js';
import type { NearCacheUsage } from '../../lib/providers/near-cache/near-cache.js';
import { until } from './servers/until.js';

const PATIENCE_MS = 20_000;

/** Leases of a process that is believed to cache as soon as it has joined: writers ask anew with each write. */
export const HASTY_LEASES: Leases = { ...LEASES, renewal: 25, rosterLife: 0, joinDelay: 0, rejoin: 5 };

interface Caching {
  readonly cacheUsage: NearCacheUsage;
  load(id: string): unknown;
}

/** Settles when each of them answers from its cache; they join with their first load. */
export async function cachesServe(...stores: readonly Caching[]): Promise<void> {
  await Promise.all(stores.map((store) => store.load('x'.repeat(22))));
  await until(() => Promise.resolve(stores.every(({ cacheUsage }) => cacheUsage.serving)), PATIENCE_MS);
}
