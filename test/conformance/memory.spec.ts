import { describe, it } from '@jest/globals';
import { describeLaws, FakeClock, Subject } from '../../lib/testing/index.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';

const capacity = 64;

describe('InMemorySessionProvider', () => {
  describeLaws({ describe, it }, () => {
    const clock = new FakeClock();
    const store = new InMemorySessionProvider({ maxRecords: capacity }, { clock });
    const capabilities = ['clock', 'opaque', 'bounded', 'principals', 'everything'] as const;
    return new Subject({ store, clock, capacity, capabilities });
  });
});
