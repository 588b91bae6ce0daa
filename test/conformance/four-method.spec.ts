import { describe, expect, it } from '@jest/globals';
import { asAtomicStore } from '../../lib/providers/four-method/as-atomic-store.js';
import { checkLaws, describeLaws, FakeClock, laws, Subject } from '../../lib/testing/index.js';
import { brokenIn, namedAtBoot } from '../support/laws-at-boot.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';

function subject({ processes }: { readonly processes: 1 | 2 }): Subject {
  const clock = new FakeClock();
  const provider = new NaiveSessionProvider();
  const store = asAtomicStore(provider, clock);
  const elsewhere = processes === 1 ? store : asAtomicStore(provider, clock);
  const dump = (): string => JSON.stringify([...provider.sessions]);
  return new Subject({ store, elsewhere, clock, dump, capabilities: ['clock'] });
}

describe('a class with the four methods of the chapter, wrapped', () => {
  describeLaws({ describe, it }, () => subject({ processes: 1 }), {
    without: {
      opaque: 'it holds values, not texts',
      bounded: 'the class has no bound',
      principals: 'the four methods know no principals',
      everything: 'the four methods know no epoch',
    },
  });
});

describe('a class with the four methods of the chapter, wrapped in two processes', () => {
  it('breaks none but the laws that the line at boot names', async () => {
    const broken = brokenIn(await checkLaws(laws, () => subject({ processes: 2 })));
    expect(namedAtBoot(new NaiveSessionProvider())).toEqual(expect.arrayContaining(broken));
    expect(broken).toEqual(expect.arrayContaining(['C3', 'C4', 'D1', 'R1']));
  });
});
