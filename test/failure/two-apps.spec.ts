import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { CountTask } from '../support/processes/count.js';
import type { Place } from '../support/processes/task.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';

const MINUTE_MS = 60_000;
const TIMES = 300;

/** Lets two processes count up in one session, and a third, this one, see what came of it. */
async function expectEachCountedOnce(subject: Subject, place: Omit<Place, 'now'>): Promise<void> {
  const { token } = await subject.begin({ visits: 0 });
  const task: CountTask = { ...place, now: subject.clock.now(), token, times: TIMES };
  const apps = [ChildProgram.start('count.ts', task), ChildProgram.start('count.ts', task)];
  await Promise.all(apps.map((app) => app.finished()));
  const answers = apps.flatMap(({ lines }) => lines).map(Number);
  expect(new Set(answers).size).toBe(2 * TIMES);
  expect(await subject.read(token)).toEqual({ visits: 2 * TIMES });
}

describeWith('two apps on one Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start(binary)));
  afterAll(() => server.stop());

  it(
    'count every visit once',
    async () => {
      const clock = new FakeClock();
      const store = new RedisSessionProvider({ url: server.url }, { clock });
      await expectEachCountedOnce(new Subject({ store, clock }), { redis: { url: server.url } });
      await store.close();
    },
    MINUTE_MS,
  );
});

describeWith('two apps on one PostgreSQL', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  it(
    'count every visit once',
    async () => {
      const clock = new FakeClock();
      const connectionString = server.url;
      const store = new PostgresSessionProvider({ connectionString, migrate: true }, { clock });
      await store.open();
      await expectEachCountedOnce(new Subject({ store, clock }), { postgres: { connectionString } });
      await store.close();
    },
    MINUTE_MS,
  );
});
