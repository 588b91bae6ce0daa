import { describe, expect, it } from '@jest/globals';
import { Keyv } from 'keyv';
import { fromKeyv } from '../../lib/providers/keyv/index.js';
import { checkLaws, describeLaws, FakeClock, laws, Subject } from '../../lib/testing/index.js';
import { brokenIn, namedAtBoot } from '../support/laws-at-boot.js';

function subject(keyv: Keyv, processes: 1 | 2): Subject {
  const clock = new FakeClock();
  const store = fromKeyv(keyv, { clock });
  const elsewhere = processes === 1 ? store : fromKeyv(keyv, { clock });
  return new Subject({ store, elsewhere, clock });
}

describe('a Keyv, bridged', () => {
  const without = {
    bounded: 'the bound is up to the adapter',
    principals: 'a Keyv has no index of principals',
    everything: 'a Keyv has no epoch',
  };
  describeLaws({ describe, it }, () => subject(new Keyv(), 1), { without });

  it('breaks none but the laws that the line at boot names, in two processes', async () => {
    const broken = brokenIn(await checkLaws(laws, () => subject(new Keyv(), 2)));
    expect(namedAtBoot(fromKeyv(new Keyv()))).toEqual(expect.arrayContaining(broken));
    expect(broken).toEqual(expect.arrayContaining(['C3', 'C4', 'R1']));
  });
});
