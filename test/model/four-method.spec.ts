import { describe, expect, it } from '@jest/globals';
import { asAtomicStore } from '../../lib/providers/four-method/as-atomic-store.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { checkPrograms } from '../support/check-programs.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';

describe('sessions in a wrapped class with the four methods', () => {
  it('do what the model says, in any program of one process', async () => {
    const failure = await checkPrograms(300, () => {
      const clock = new FakeClock();
      return new Subject({ clock, store: asAtomicStore(new NaiveSessionProvider(), clock) });
    });
    expect(failure).toBeUndefined();
  });
});
