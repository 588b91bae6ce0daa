import { describe, it } from '@jest/globals';
import { newNonce } from '../../lib/credentials/nonce.js';
import { asAtomicStore } from '../../lib/providers/four-method/as-atomic-store.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { RecordSeal } from '../../lib/providers/sealed/record-seal.js';
import { sealedStore } from '../../lib/providers/sealed/sealed-store.js';
import { describeLaws, FakeClock, Subject } from '../../lib/testing/index.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';

const capacity = 64;
const capabilities = ['clock', 'opaque', 'bounded', 'principals', 'everything'] as const;
const seal = new RecordSeal([newNonce()]);

describe('InMemorySessionProvider with sealed values', () => {
  describeLaws({ describe, it }, () => {
    const clock = new FakeClock();
    const store = sealedStore(new InMemorySessionProvider({ maxRecords: capacity }, { clock }), seal);
    return new Subject({ store, clock, capacity, capabilities });
  });
});

describe('a class with the four methods of the chapter, wrapped, with sealed values', () => {
  describeLaws(
    { describe, it },
    () => {
      const clock = new FakeClock();
      const provider = new NaiveSessionProvider();
      const store = sealedStore(asAtomicStore(provider, clock), seal);
      const dump = (): string => JSON.stringify([...provider.sessions]);
      return new Subject({ store, clock, dump, capabilities: ['clock'] });
    },
    {
      without: {
        opaque: 'it holds values, not texts',
        bounded: 'the class has no bound',
        principals: 'the four methods know no principals',
        everything: 'the four methods know no epoch',
      },
    },
  );
});
