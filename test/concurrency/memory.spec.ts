import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { assertHistory, FakeClock, runHistory, Subject } from '../../lib/testing/index.js';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

function subject(): Subject {
  const clock = new FakeClock();
  const store = new InMemorySessionProvider({}, { clock });
  const capabilities = ['clock', 'opaque', 'principals', 'everything'] as const;
  return new Subject({ clock, store, capabilities, policy: { operationTimeout: 20_000 } });
}

describe('eight clients of one session in two processes', () => {
  it.each(SEEDS)('lose nothing and sell nothing twice (seed %d)', async (seed) => {
    const history = await runHistory(subject(), { seed });
    expect(history.entries).toHaveLength(64);
    assertHistory(history);
  });

  it.each(SEEDS)('find no session once one of them has ended it (seed %d)', async (seed) => {
    const history = await runHistory(subject(), { seed, end: true });
    expect(history.left).toBeUndefined();
    assertHistory(history);
  });

  it.each(SEEDS)(
    'lose nothing and rotate nothing twice while they rotate and log in (seed %d)',
    async (seed) => {
      assertHistory(await runHistory(subject(), { seed, lifecycle: true }));
    },
  );

  it.each(SEEDS)('find no session once it was revoked (seed %d)', async (seed) => {
    const history = await runHistory(subject(), { seed, lifecycle: true, end: true });
    expect(history.left).toBeUndefined();
    assertHistory(history);
  });
});
