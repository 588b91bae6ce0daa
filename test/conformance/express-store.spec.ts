import { describe, expect, it } from '@jest/globals';
import { type ExpressStore, fromExpressStore } from '../../lib/providers/express-store/index.js';
import { checkLaws, describeLaws, FakeClock, laws, Subject } from '../../lib/testing/index.js';
import { EXPRESS_STORES } from '../support/express-stores.js';
import { brokenIn, namedAtBoot } from '../support/laws-at-boot.js';

function subject(foreign: ExpressStore, processes: 1 | 2): Subject {
  const clock = new FakeClock();
  const store = fromExpressStore(foreign, { clock });
  const elsewhere = processes === 1 ? store : fromExpressStore(foreign, { clock });
  return new Subject({ store, elsewhere, clock });
}

describe.each(EXPRESS_STORES)('%s, bridged', (_, make) => {
  const without = {
    bounded: 'the bound is up to the store',
    principals: 'the store has no index of principals',
    everything: 'the store has no epoch',
  };
  describeLaws({ describe, it }, () => subject(make(), 1), { without });

  it('breaks none but the laws that the line at boot names, in two processes', async () => {
    const broken = brokenIn(await checkLaws(laws, () => subject(make(), 2)));
    expect(namedAtBoot(fromExpressStore(make()))).toEqual(expect.arrayContaining(broken));
    expect(broken).toEqual(expect.arrayContaining(['C3', 'C4', 'R1']));
  });
});
