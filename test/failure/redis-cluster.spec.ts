import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { Keyspace } from '../../lib/providers/redis/keyspace.js';
import { FakeClock, type PlantedSession, Subject } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisCluster } from '../support/servers/redis-cluster.js';
import type { RedisServer } from '../support/servers/redis.js';
import { until } from '../support/servers/until.js';
import { rejectionOf } from '../support/thrown-by.js';

const MINUTE_MS = 60_000;
/** For what is to fail soon. Where nothing is to fail, a busy machine gets the time that it takes. */
const SHORT_TIMEOUT_MS = 500;
const AMPLE_TIMEOUT_MS = 20_000;
const DRIVERS = ['@redis/client', 'ioredis', 'iovalkey'];

const keyOf = ({ id }: PlantedSession): string => new Keyspace('sess:').recordOf(id)[0];

describeWith('sessions in a Redis Cluster', { name: 'Redis', found: redisBinary() }, (binary) => {
  let cluster: RedisCluster;
  const providers: RedisSessionProvider[] = [];

  beforeAll(async () => (cluster = await RedisCluster.start(binary, { replicas: 3 })), MINUTE_MS);
  afterEach(async () => {
    for (const provider of providers.splice(0)) await provider.close();
  });
  afterAll(() => cluster.stop());

  async function subjectOn(driver: string, operationTimeout: number): Promise<Subject> {
    const clock = new FakeClock();
    const config = { cluster: cluster.urls, driver };
    const [store, elsewhere] = [
      new RedisSessionProvider(config, { clock }),
      new RedisSessionProvider(config, { clock }),
    ];
    providers.push(store, elsewhere);
    await Promise.all([store.open(), elsewhere.open()]);
    return new Subject({ store, elsewhere, clock, policy: { operationTimeout } });
  }

  /** A session whose slot was given to a node. */
  async function sessionOn(node: RedisServer, subject: Subject): Promise<PlantedSession> {
    for (;;) {
      const session = await subject.begin({ visits: 0 });
      if ((await cluster.primaryOf(keyOf(session))) === node) return session;
    }
  }

  describe.each(DRIVERS)('through %s', (driver) => {
    it('are spread over all nodes', async () => {
      const subject = await subjectOn(driver, AMPLE_TIMEOUT_MS);
      const sessions = await Promise.all(Array.from({ length: 40 }, () => subject.begin({ a: 1 })));
      const nodes = await Promise.all(sessions.map((session) => cluster.primaryOf(keyOf(session))));
      expect(new Set(nodes).size).toBe(3);
    });

    it(
      'lose no visit while their slot moves to another node',
      async () => {
        const subject = await subjectOn(driver, AMPLE_TIMEOUT_MS);
        const [from, to] = [cluster.primaries[0], cluster.primaries[1]] as [RedisServer, RedisServer];
        const session = await sessionOn(from, subject);
        let moved = false;
        let acknowledged = 0;
        const visitors = subject.instances.map(async (instance) => {
          while (!moved) {
            const { session: seen } = await instance.open(session.token);
            await seen.increment('visits');
            acknowledged++;
          }
        });
        await cluster.move(keyOf(session), from, to);
        moved = true;
        await Promise.all(visitors);
        expect(acknowledged).toBeGreaterThan(4);
        expect(await subject.read(session.token)).toEqual({ visits: acknowledged });
        expect(await subject.here.manager.end(session.id, 'invalidated')).toBe(true);
        await cluster.move(keyOf(session), to, from);
      },
      MINUTE_MS,
    );
  });

  it.each(DRIVERS)(
    'can be read while half of their slot has moved, and are written when the rest is there, through %s',
    async (driver) => {
      const subject = await subjectOn(driver, AMPLE_TIMEOUT_MS);
      const [from, to] = [cluster.primaries[0], cluster.primaries[1]] as [RedisServer, RedisServer];
      const session = await sessionOn(from, subject);
      let commit: Promise<unknown> | undefined;
      await cluster.move(keyOf(session), from, to, async () => {
        const { session: seen } = await subject.open(session.token);
        commit = seen.increment('visits').catch((error: unknown) => error);
      });
      expect(await commit).toBe(1);
      expect(await subject.read(session.token)).toEqual({ visits: 1 });
      await cluster.move(keyOf(session), to, from);
    },
    MINUTE_MS,
  );

  it.each(DRIVERS.map((driver, index) => [driver, index] as const))(
    'are an outage while their primary is dead, and are there when its replica has taken over, through %s',
    async (driver, index) => {
      const subject = await subjectOn(driver, SHORT_TIMEOUT_MS);
      const primary = cluster.primaries[index] as RedisServer;
      const session = await sessionOn(primary, subject);
      await cluster.caughtUp(primary);
      await primary.kill9();
      const began = performance.now();
      expect(await rejectionOf(subject.open(session.token))).toMatchObject({ statusCode: 503 });
      expect(performance.now() - began).toBeLessThan(3 * SHORT_TIMEOUT_MS);
      await until(() => isThere(subject, session), MINUTE_MS / 2);
      const { session: seen } = await subject.open(session.token);
      expect(await seen.increment('visits')).toBe(1);
    },
    MINUTE_MS,
  );
});

const isThere = (subject: Subject, { token }: PlantedSession): Promise<boolean> =>
  subject.read(token).then(
    (values) => values !== undefined,
    () => false,
  );
