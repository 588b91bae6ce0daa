import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeLaws } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { RedisLab } from '../support/servers/redis-lab.js';

const CASES = ['@redis/client', 'ioredis'].flatMap((driver) =>
  (['one server', 'a cluster'] as const).map((place) => ({ place, driver })),
);

describeWith('RedisSessionProvider', RedisLab.needs(), (needs) => {
  describe.each(CASES)('on $place through $driver', ({ place, driver }) => {
    let lab: RedisLab;
    beforeAll(async () => (lab = await RedisLab.start(needs, place, { driver })), 60_000);
    afterAll(() => lab.stop());

    describeLaws({ describe, it }, () => lab.subject(), {
      without: { bounded: 'maxmemory bounds a Redis, in bytes' },
    });
  });
});
