import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assertHistory, runHistory } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { RedisLab } from '../support/servers/redis-lab.js';

const MINUTE_MS = 60_000;
const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, seed) => seed);

describeWith('eight clients of one session', RedisLab.needs(), (needs) => {
  describe.each([
    { place: 'one server', driver: '@redis/client', count: 20 },
    { place: 'one server', driver: 'ioredis', count: 3 },
    { place: 'a cluster', driver: '@redis/client', count: 3 },
  ] as const)('on $place through $driver', ({ place, driver, count }) => {
    let lab: RedisLab;
    beforeAll(async () => (lab = await RedisLab.start(needs, place, { driver })), MINUTE_MS);
    afterAll(() => lab.stop());

    it.each(seeds(count))('lose nothing and sell nothing twice (seed %d)', async (seed) => {
      const history = await runHistory(lab.another(), { seed, paced: false });
      expect(history.entries).toHaveLength(64);
      assertHistory(history);
    });

    it.each(seeds(count))('find no session once one of them has ended it (seed %d)', async (seed) => {
      const history = await runHistory(lab.another(), { seed, paced: false, end: true });
      expect(history.left).toBeUndefined();
      assertHistory(history);
    });

    it.each(seeds(count))(
      'lose nothing and rotate nothing twice while they rotate and log in (seed %d)',
      async (seed) => {
        assertHistory(await runHistory(lab.another(), { seed, lifecycle: true, paced: false }));
      },
    );

    it.each(seeds(count))('find no session once it was revoked (seed %d)', async (seed) => {
      const history = await runHistory(lab.another(), { seed, lifecycle: true, end: true, paced: false });
      expect(history.left).toBeUndefined();
      assertHistory(history);
    });
  });
});
