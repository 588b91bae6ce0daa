import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { StartedSample } from '../support/started-sample.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;
const PRINTED = /(curl .*\s+){3}$/;

describeWith('the sample with PostgreSQL', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  const samples: StartedSample[] = [];
  const start = async (): Promise<StartedSample> => {
    const sample = await StartedSample.start('03-postgres', PRINTED);
    samples.push(sample);
    return sample;
  };

  beforeAll(async () => {
    server = await PostgresServer.start(binaries);
    process.env['DATABASE_URL'] = server.url;
  });
  afterAll(async () => {
    delete process.env['DATABASE_URL'];
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
});
