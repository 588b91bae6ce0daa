import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeLaws } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { RedisLab } from '../support/servers/redis-lab.js';

/** The other way round, the laws that a client could break: redis-clients.spec.ts. */
const CASES = [
  { place: 'one server', driver: '@redis/client' },
  { place: 'a cluster', driver: 'ioredis' },
] as const;

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
