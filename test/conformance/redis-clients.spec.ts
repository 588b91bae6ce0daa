import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { type Capability, checkLaws, FakeClock, type LawId, laws, Subject } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { type AppClient, clusterClients, singleClients } from '../support/servers/redis-clients.js';
import { RedisCluster } from '../support/servers/redis-cluster.js';
import { RedisServer } from '../support/servers/redis.js';

/** The laws that a client could break: what comes back, one write at a time, no lost update, no revival. All of them: redis.spec.ts. */
const TRIED = new Set<LawId>(['I1', 'V2', 'C2', 'C3', 'C4', 'C6', 'D1', 'D3', 'R1', 'F3']);
const UNTRIED = new Set<Capability>(['clock', 'everything']);
const tried = laws.filter(({ id, needs }) => TRIED.has(id) && !needs.some((each) => UNTRIED.has(each)));
const MINUTE_MS = 60_000;

/** Two processes whose providers are configured alike. Each check has sessions of its own, so nothing needs to be cleared. */
async function expectLaws(config: () => Record<string, unknown>): Promise<void> {
  const clock = new FakeClock();
  const [store, elsewhere] = [0, 1].map(() => new RedisSessionProvider(config(), { clock })) as [
    RedisSessionProvider,
    RedisSessionProvider,
  ];
  await store.open();
  const outcomes = await checkLaws(
    tried,
    () => new Subject({ store, elsewhere, clock, capabilities: ['opaque', 'principals'] }),
  );
  for (const provider of [store, elsewhere]) await provider.close();
  expect(outcomes.filter(({ result }) => result !== 'holds')).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(15);
}

async function expectAnswers(config: Record<string, unknown>): Promise<void> {
  const provider = new RedisSessionProvider(config);
  const token = await provider.createSession();
  expect(await provider.getSession(token)).toEqual({});
  await provider.close();
}

describeWith('a client of Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  let server: RedisServer;
  let cluster: RedisCluster;
  const clients: AppClient[] = [];

  beforeAll(async () => {
    [server, cluster] = await Promise.all([RedisServer.start(binary), RedisCluster.start(binary)]);
  }, MINUTE_MS);

  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all([server.stop(), cluster.stop()]);
  });

  describe.each(Object.keys(singleClients))('of %s', (name) => {
    it('holds the laws on one server, made by the provider', async () => {
      await expectLaws(() => ({ url: server.url, driver: name }));
    });

    it('holds the laws on a cluster, made by the provider', async () => {
      await expectLaws(() => ({ cluster: cluster.urls, driver: name }));
    });

    it('holds the laws on one server, as the app made it, and stays open', async () => {
      const made = (await singleClients[name]?.(server.url)) as AppClient;
      clients.push(made);
      await expectLaws(() => ({ client: made.client }));
      await expectAnswers({ client: made.client });
    });

    it('holds the laws on a cluster, as the app made it, and stays open', async () => {
      const made = (await clusterClients[name]?.(cluster.urls)) as AppClient;
      clients.push(made);
      await expectLaws(() => ({ client: made.client }));
      await expectAnswers({ client: made.client });
    });

    it('reaches a Unix socket', async () => {
      await expectAnswers({ url: `unix:${server.socket}`, driver: name });
    });
  });
});
