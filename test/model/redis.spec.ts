import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkPrograms } from '../support/check-programs.js';
import { checkPrincipalPrograms } from '../support/principal-programs.js';
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
      expect(await checkPrograms(1000, () => lab.another(), { steps: 10 })).toBeUndefined();
    },
    8 * MINUTE_MS,
  );
});

describeWith('principals in Redis', RedisLab.needs(), (needs) => {
  describe.each([
    ['one server', 40],
    ['a cluster', 10],
  ] as const)('on %s', (place, count) => {
    let lab: RedisLab;
    beforeAll(async () => (lab = await RedisLab.start(needs, place)), MINUTE_MS);
    afterAll(() => lab.stop());

    it(
      'have the sessions that the model says, in any program',
      async () => {
        expect(await checkPrincipalPrograms(count, () => lab.scene())).toBeUndefined();
      },
      4 * MINUTE_MS,
    );
  });
});
