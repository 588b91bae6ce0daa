import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredRecord } from '../../lib/index.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { decodeRecord } from '../../lib/record/record-text.js';
import { assertHistory, FakeClock, type HistoryPlan, runHistory, Subject } from '../../lib/testing/index.js';
import { seededRandom } from '../../lib/testing/random.js';
import { turn } from '../../lib/testing/turn.js';
import { staleLooks } from '../support/cache-history.js';
import { cachesServe, HASTY_LEASES } from '../support/cached-stores.js';
import { NEAR_CACHE_TWINS } from '../support/near-cache-twins.js';
import { type CacheKinds, NearCacheWorld } from '../support/near-cache-world.js';
import { describeWith } from '../support/servers/needs-server.js';
import { HASTY, PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';

const MINUTE_MS = 60_000;
const SEEDS = [0, 1, 2, 3, 4, 5];
const KINDS = [
  { what: 'lose nothing', plan: { end: false } },
  { what: 'rotate nothing twice', plan: { lifecycle: true } },
  { what: 'find no session once it was revoked', plan: { lifecycle: true, end: true } },
];

type Store = Subject['parts']['store'];

/** Processes over one store in memory, with ways between them that take longer now and shorter then. */
const worldOf = (seed: number): NearCacheWorld => {
  const random = seededRandom(seed);
  return new NearCacheWorld(async (longest) => {
    for (let turns = random(longest); turns > 0; turns--) await turn();
  });
};

/** Runs it, and asserts that it holds. */
async function expectHistory(
  [store, elsewhere]: readonly Store[],
  clock: FakeClock,
  plan: HistoryPlan,
): Promise<void> {
  if (!store || !elsewhere) throw new Error('There are two.');
  assertHistory(await runHistory(subjectOn(store, elsewhere, clock), plan));
}

/**
 * Clients of a history know each token as soon as it stands in the store, which is before anybody was told. Here they know the one that
 * both processes have.
 */
function subjectOn(store: Store, elsewhere: Store, clock: FakeClock): Subject {
  const capabilities = ['clock', 'opaque', 'principals', 'everything'] as const;
  const parts = { store, elsewhere, clock, capabilities, policy: { operationTimeout: 20_000 } };
  const load = async (id: string): Promise<StoredRecord | undefined> => {
    for (;;) {
      const [one, other] = await Promise.all([store.load(id), elsewhere.load(id)]);
      if (digestIn(one) === digestIn(other)) return one;
      await turn();
    }
  };
  const told = { ...parts, store: Object.create(store, { load: { value: load } }) as Store };
  return Object.assign(new Subject(parts), { parts: told });
}

const digestIn = (record: StoredRecord | undefined): string | undefined =>
  decodeRecord(record?.text ?? '')?.meta.digest;

/** Two processes that cache and one that does not; the looks that saw too little. */
async function staleIn(seed: number, kinds: Partial<CacheKinds> = {}): Promise<number> {
  const world = worldOf(seed);
  const members = await world.members(kinds);
  const all = [...members, world.process(false, kinds)].map(({ cache }) => cache);
  return (await staleLooks(all, world.clock.now() + MINUTE_MS)).length;
}

describe('clients of one session, in processes that cache', () => {
  it.each(SEEDS)('read what was acknowledged before (seed %d)', async (seed) => {
    expect(await staleIn(seed)).toBe(0);
  });

  it.each(['does not wait for the others', 'keeps an answer over a change'] as const)(
    'do not, when the cache %s',
    async (fault) => {
      let stale = 0;
      for (const seed of SEEDS) stale += await staleIn(seed, NEAR_CACHE_TWINS[fault]);
      expect(stale).toBeGreaterThan(0);
    },
  );

  describe.each(KINDS)('$what', ({ plan }) => {
    it.each(SEEDS)('(seed %d)', async (seed) => {
      const world = worldOf(seed);
      const stores = (await world.members()).map(({ cache }) => cache);
      await expectHistory(stores, world.clock, { seed, ...plan });
    });
  });
});

interface Caches {
  readonly stores: readonly (RedisSessionProvider | PostgresSessionProvider)[];
  readonly clock: FakeClock;
}

/** What holds of two processes over a server, both of which serve from their caches all the time. */
function describeOn(caches: () => Caches): void {
  const cached = async (task: (caches: Caches) => Promise<void>): Promise<void> => {
    const { stores } = caches();
    await task(caches());
    expect(stores.every(({ cacheUsage }) => cacheUsage.serving && cacheUsage.hits > 0)).toBe(true);
  };

  it('read what was acknowledged before', () =>
    cached(async ({ stores, clock }) => {
      expect(await staleLooks(stores, clock.now() + MINUTE_MS)).toEqual([]);
    }));

  it.each(KINDS)('$what', ({ plan }) =>
    cached(async ({ stores, clock }) => {
      for (const seed of SEEDS.slice(0, 2))
        await expectHistory(stores, clock, { seed, ...plan, paced: false });
    }),
  );
}

describeWith('the same on Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  const clock = new FakeClock();
  let server: RedisServer;
  let stores: readonly RedisSessionProvider[];
  beforeAll(async () => {
    server = await RedisServer.start(binary);
    const config = { url: server.url, cached: true };
    stores = [1, 2].map(() => new RedisSessionProvider(config, { clock }, HASTY_LEASES));
    await cachesServe(...stores);
  }, MINUTE_MS);
  afterAll(async () => {
    for (const store of stores) await store.close();
    await server.stop();
  });

  describeOn(() => ({ stores, clock }));
});

describeWith('the same on PostgreSQL', PostgresServer.needs(), (binaries) => {
  const clock = new FakeClock();
  let server: PostgresServer;
  let stores: readonly PostgresSessionProvider[];
  beforeAll(async () => {
    server = await PostgresServer.start(binaries, HASTY);
    const config = { connectionString: server.url, migrate: true, cached: true };
    stores = [1, 2].map(() => new PostgresSessionProvider(config, { clock }, HASTY_LEASES));
    for (const store of stores) await store.open();
    await cachesServe(...stores);
  }, MINUTE_MS);
  afterAll(async () => {
    for (const store of stores) await store.close();
    await server.stop();
  });

  describeOn(() => ({ stores, clock }));
});
