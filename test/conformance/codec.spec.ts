import { describe, it } from '@jest/globals';
import * as devalue from 'devalue';
import { asAtomicStore } from '../../lib/providers/four-method/as-atomic-store.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { devalueCodec } from '../../lib/record/devalue-codec.js';
import { describeLaws, FakeClock, Subject } from '../../lib/testing/index.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';

const capacity = 64;
const codec = devalueCodec(devalue);

describe('InMemorySessionProvider with session.codec: devalue', () => {
  describeLaws({ describe, it }, () => {
    const clock = new FakeClock();
    const store = new InMemorySessionProvider({ maxRecords: capacity }, { clock, codec });
    const capabilities = ['clock', 'opaque', 'bounded', 'principals', 'everything'] as const;
    return new Subject({ store, clock, capacity, capabilities, codec });
  });
});

describe('a class with the four methods of the chapter, wrapped, with session.codec: devalue', () => {
  describeLaws(
    { describe, it },
    () => {
      const clock = new FakeClock();
      const provider = new NaiveSessionProvider();
      const store = asAtomicStore(provider, clock);
      const dump = (): string => JSON.stringify([...provider.sessions]);
      return new Subject({ store, clock, dump, capabilities: ['clock'], codec });
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
