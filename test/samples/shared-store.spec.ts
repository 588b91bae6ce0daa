import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { StartedSample } from '../support/started-sample.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;
const PRINTED = /(curl .*\s+){3}$/;

/** The server of a sample, which its README names by a variable. */
type Server = RedisServer | PostgresServer;

function defineTests(name: string, variable: string, serve: () => Promise<Server>): void {
  let server: Server;
  const samples: StartedSample[] = [];
  const start = async (): Promise<StartedSample> => {
    const sample = await StartedSample.start(name, PRINTED, { [variable]: server.url });
    samples.push(sample);
    return sample;
  };

  beforeAll(async () => (server = await serve()));
  afterAll(async () => {
    await Promise.all(samples.map((sample) => sample.stop()));
    await server.stop();
  });

  it(
    'is one store for two processes, and for the one after them',
    async () => {
      const [one, two] = [await start(), await start()];
      const visitor = new Visitor(one.url);
      await visitor.post('/login', { name: 'Ada' });
      const twin = visitor.twin(two.url);
      await Promise.all([visitor, twin].flatMap((each) => [1, 2, 3, 4, 5].map(() => each.post('/counter'))));
      await one.stop();
      await two.stop();
      const after = visitor.twin((await start()).url);
      expect((await after.get('/counter')).body).toEqual({ visits: 10 });
      expect((await after.get('/whoami')).body).toEqual({ user: 'Ada' });
    },
    3 * MINUTE_MS,
  );

  it('answers 503 while the server is frozen, within its deadline, and goes on when it thaws', async () => {
    const { url } = samples.at(-1) ?? (await start());
    const visitor = new Visitor(url);
    await visitor.post('/counter');
    server.freeze();
    const began = performance.now();
    const asked = [visitor.post('/counter'), visitor.get('/counter'), visitor.get('/')];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(performance.now() - began).toBeLessThan(4000);
    server.thaw();
    await visitor.post('/counter');
    const { visits } = (await visitor.get('/counter')).body as { visits: number };
    expect(visits).toBeGreaterThanOrEqual(2);
  });
}

describeWith('the sample with Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  defineTests('02-redis', 'REDIS_URL', () => RedisServer.start(binary));
});

describeWith('the sample with PostgreSQL', PostgresServer.needs(), (binaries) => {
  defineTests('03-postgres', 'DATABASE_URL', () => PostgresServer.start(binaries));
});
