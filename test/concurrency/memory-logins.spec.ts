import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { SessionError } from '../../lib/errors/session-error.js';
import { FakeClock, type PlantedSession, Subject } from '../../lib/testing/index.js';
import { seededRandom } from '../../lib/testing/random.js';
import { Scheduler } from '../../lib/testing/scheduler.js';

const LOGINS = 50;
const LIMIT = 10;

function subject(whenFull: 'reject' | 'evict-oldest'): Subject {
  const clock = new FakeClock();
  const store = new InMemorySessionProvider({}, { clock });
  const principals = { limit: LIMIT, whenFull, unannounced: 'auto' } as const;
  return new Subject({ clock, store, policy: { operationTimeout: 20_000, principals } });
}

/** Logs in 50 times at once, in an order that the seed decides, and counts the live sessions at each step. */
async function logInAtOnce(where: Subject, seed: number): Promise<{ most: number; refusals: unknown[] }> {
  const scheduler = new Scheduler(seededRandom(seed));
  const { store } = where.parts;
  let most = 0;
  const pace = async (): Promise<void> => {
    await scheduler.pace();
    most = Math.max(most, (await store.sessionsOf?.('ada'))?.length ?? 0);
  };
  for (const instance of where.instances) instance.store.paceBy(pace);
  const logins: Promise<PlantedSession>[] = Array.from({ length: LOGINS }, (_, index) =>
    where.logIn('ada', {}, where.instances[index % 2]),
  );
  await scheduler.run(logins);
  const outcomes = await Promise.allSettled(logins);
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  return { most, refusals };
}

describe('fifty logins at once with a limit of ten', () => {
  it.each([1, 2, 3])('never show eleven sessions, and end those that are oldest (seed %d)', async (seed) => {
    expect(await logInAtOnce(subject('evict-oldest'), seed)).toEqual({ most: LIMIT, refusals: [] });
  });

  it.each([1, 2, 3])('never show eleven sessions, and refuse those that are late (seed %d)', async (seed) => {
    const { most, refusals } = await logInAtOnce(subject('reject'), seed);
    expect([most, refusals.length]).toEqual([LIMIT, LOGINS - LIMIT]);
    for (const error of refusals) {
      expect(error).toBeInstanceOf(SessionError);
      expect(error).toMatchObject({ code: 'SESSION_LIMIT', statusCode: 409 });
    }
  });
});
