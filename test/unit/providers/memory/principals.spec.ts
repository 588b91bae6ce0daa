import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import { FakeClock } from '../../../../lib/testing/index.js';
import { checkPrincipalPrograms } from '../../../support/principal-programs.js';

describe('principals in memory', () => {
  it('have the sessions that the model says, after any program', async () => {
    const failure = await checkPrincipalPrograms(600, () => {
      const clock = new FakeClock();
      return { clock, store: new InMemorySessionProvider({}, { clock }) };
    });
    expect(failure).toBeUndefined();
  });
});
