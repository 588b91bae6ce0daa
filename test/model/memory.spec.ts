import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { checkPrograms } from '../support/check-programs.js';

describe('sessions in memory', () => {
  it('do what the model says, in any program', async () => {
    const failure = await checkPrograms(1000, () => {
      const clock = new FakeClock();
      const capabilities = ['clock', 'opaque', 'principals', 'everything'] as const;
      return new Subject({ clock, capabilities, store: new InMemorySessionProvider({}, { clock }) });
    });
    expect(failure).toBeUndefined();
  });
});
