import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { StartedSample } from '../support/started-sample.js';
import { folderWith } from '../support/temporary-folder.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;
const PRINTED = /(curl .*\s+){3}$/;

describe('the durable sample', () => {
  const file = join(folderWith({}), 'sessions.db');
  const samples: StartedSample[] = [];
  const start = async (): Promise<StartedSample> => {
    const sample = await StartedSample.start('01-durable', PRINTED, { SESSIONS_FILE: file });
    samples.push(sample);
    return sample;
  };

  afterEach(async () => void (await Promise.all(samples.splice(0).map((sample) => sample.stop()))));

  it(
    'knows its visitors after a restart',
    async () => {
      const before = await start();
      const visitor = new Visitor(before.url);
      await visitor.post('/login', { name: 'Ada' });
      await visitor.post('/cart', { item: 'tea' });
      await before.stop();
      const after = visitor.twin((await start()).url);
      expect((await after.get('/whoami')).body).toEqual({ user: 'Ada' });
      expect((await after.get('/cart')).body).toEqual({ cart: ['tea'] });
    },
    3 * MINUTE_MS,
  );

  it(
    'is one store for two processes at a time',
    async () => {
      const [one, two] = [await start(), await start()];
      const visitor = new Visitor(one.url);
      await visitor.post('/counter');
      const twin = visitor.twin(two.url);
      await Promise.all([visitor, twin].flatMap((each) => [1, 2, 3, 4, 5].map(() => each.post('/counter'))));
      expect((await twin.get('/counter')).body).toEqual({ visits: 11 });
    },
    3 * MINUTE_MS,
  );
});
