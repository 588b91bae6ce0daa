import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { checkLaws, FakeClock, laws, Subject } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { until } from '../support/servers/until.js';
import { rejectionOf } from '../support/thrown-by.js';

const MINUTE_MS = 60_000;
const SOON_MS = 15_000;
const OPERATION_TIMEOUT_MS = 500;
const DRIVERS = ['@redis/client', 'ioredis', 'iovalkey'];
const PASSWORD = 'only-for-tests';
const SENTINEL_PASSWORD = 'only-for-sentinels';
const AT_ONCE = ['--repl-diskless-sync-delay', '0', '--masterauth', PASSWORD];

const masterOf = (sentinel: RedisServer): Promise<string> =>
  sentinel
    .command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')
    .then((address) => String((address as string[])[1]));

describeWith(
  'sessions in a Redis that sentinels choose',
  { name: 'Redis', found: redisBinary() },
  (binary) => {
    let servers: readonly RedisServer[];
    let sentinel: RedisServer;
    const providers: RedisSessionProvider[] = [];

    /** New ones for each test: a sentinel waits before it lets the same primary fail over again. */
    beforeEach(async () => {
      const start = (): Promise<RedisServer> =>
        RedisServer.start(binary, { password: PASSWORD, args: AT_ONCE });
      servers = await Promise.all([start(), start()]);
      const [primary, replica] = servers;
      await replica?.command('REPLICAOF', '127.0.0.1', String(primary?.port));
      sentinel = await RedisServer.start(binary, {
        password: SENTINEL_PASSWORD,
        sentinel: [
          `sentinel monitor main 127.0.0.1 ${primary?.port} 1`,
          `sentinel auth-pass main ${PASSWORD}`,
          'sentinel down-after-milliseconds main 400',
          'sentinel failover-timeout main 1500',
        ],
      });
      const knowsReplica = async (): Promise<boolean> =>
        ((await sentinel.command('SENTINEL', 'REPLICAS', 'main')) as unknown[]).length === 1;
      await until(knowsReplica, SOON_MS);
    }, MINUTE_MS);
    afterEach(async () => {
      for (const provider of providers.splice(0)) await provider.close();
      await Promise.all([...servers, sentinel].map((server) => server.stop()));
    });

    async function subjectOn(driver: string): Promise<Subject> {
      const clock = new FakeClock();
      const config = { driver, sentinel: { name: 'main', nodes: [sentinel.url], password: PASSWORD } };
      const store = new RedisSessionProvider(config, { clock });
      providers.push(store);
      await store.open();
      return new Subject({ store, clock, policy: { operationTimeout: OPERATION_TIMEOUT_MS } });
    }

    it.each(DRIVERS)('hold the laws, through %s', async (driver) => {
      const { store, clock } = (await subjectOn(driver)).parts;
      const tried = laws.filter(
        ({ id, needs }) => ['I1', 'C2', 'C3', 'D1', 'R1'].includes(id) && needs.length === 0,
      );
      const outcomes = await checkLaws(tried, () => new Subject({ store, clock }));
      expect(outcomes.filter(({ result }) => result !== 'holds')).toEqual([]);
    });

    it.each(DRIVERS)(
      'are an outage while the primary is dead, and are there when the replica has taken over, through %s',
      async (driver) => {
        const subject = await subjectOn(driver);
        const { token } = await subject.begin({ visits: 0 });
        const port = await masterOf(sentinel);
        const primary = servers.find((server) => String(server.port) === port);
        await until(
          async () =>
            /state=online,offset=(\d+),/.test(String(await primary?.command('INFO', 'replication'))),
          SOON_MS,
        );
        await primary?.command('WAIT', '1', '1000');
        await primary?.kill9();
        expect(await rejectionOf(subject.open(token))).toMatchObject({ statusCode: 503 });
        await until(
          () =>
            subject.read(token).then(
              (values) => values !== undefined,
              () => false,
            ),
          MINUTE_MS,
        );
        const { session } = await subject.open(token);
        expect(await session.increment('visits')).toBe(1);
      },
      2 * MINUTE_MS,
    );
  },
);
