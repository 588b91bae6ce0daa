import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkPrograms } from '../support/check-programs.js';
import { describeWith } from '../support/servers/needs-server.js';
import { RedisLab } from '../support/servers/redis-lab.js';

const MINUTE_MS = 60_000;

describeWith('sessions in Redis', RedisLab.needs(), (needs) => {
  let lab: RedisLab;
  beforeAll(async () => (lab = await RedisLab.start(needs, 'one server')));
  afterAll(() => lab.stop());

  it(
    'do what the model says, in any program',
    async () => {
      expect(await checkPrograms(1000, () => lab.another())).toBeUndefined();
    },
    4 * MINUTE_MS,
  );
});
