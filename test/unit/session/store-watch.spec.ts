import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { sessionGone } from '../../../lib/errors/outage.js';
import { Listeners } from '../../../lib/events/listeners.js';
import type { SessionEvent } from '../../../lib/events/session-event.js';
import type { TimedOperation } from '../../../lib/events/timed-operation.js';
import type { MaybePromise } from '../../../lib/providers/session-provider.js';
import { StoreWatch } from '../../../lib/session/store-watch.js';

const LONG_MS = 60_000;

/** What a call may come to, now or later. */
const ENDS: readonly (readonly [how: string, task: () => MaybePromise<unknown>, outcome: string])[] = [
  ['answers at once', () => 'found', 'ok'],
  ['answers later', async () => 'found', 'ok'],
  ['finds nothing', () => undefined, 'ok'],
  ['fails later with an error of ours', () => Promise.reject(sessionGone('ended')), 'SESSION_GONE'],
  [
    'fails at once with an error of the app',
    () => {
      throw new Error('a very private value');
    },
    'error',
  ],
];

describe('StoreWatch', () => {
  let failures: unknown[];
  let timings: Listeners<TimedOperation>;
  let reported: SessionEvent[];
  let clock: jest.SpiedFunction<() => number>;

  const watch = (timeoutMs = LONG_MS): StoreWatch =>
    new StoreWatch(timeoutMs, (event) => reported.push(event), timings);

  const outcomeOf = async (task: () => MaybePromise<unknown>, timeoutMs?: number): Promise<unknown> => {
    try {
      return { answer: await watch(timeoutMs).call('load', task) };
    } catch (error) {
      return { error };
    }
  };

  beforeEach(() => {
    failures = [];
    reported = [];
    timings = new Listeners((_, error) => failures.push(error));
    clock = jest.spyOn(performance, 'now').mockReturnValueOnce(1000).mockReturnValueOnce(1012.5);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(ENDS)('reads no clock for a call that %s, while nobody listens', async (_, task) => {
    const stop = timings.subscribe(() => undefined);
    stop();
    await outcomeOf(task);
    expect(clock).not.toHaveBeenCalled();
  });

  it.each(ENDS)(
    'tells once of a call that %s, how long it took and its outcome',
    async (_, task, outcome) => {
      const told: TimedOperation[] = [];
      timings.subscribe((operation) => told.push(operation));
      await outcomeOf(task);
      expect(told).toEqual([{ operation: 'load', durationMs: 12.5, outcome }]);
      expect(clock).toHaveBeenCalledTimes(2);
    },
  );

  it.each(ENDS)('answers the same, listened to or not, for a call that %s', async (_, task) => {
    const alone = await outcomeOf(task);
    timings.subscribe(() => undefined);
    expect(await outcomeOf(task)).toEqual(alone);
  });

  it('tells of a call that is not answered in time, beside the outage', async () => {
    const told: string[] = [];
    timings.subscribe(({ outcome }) => told.push(outcome));
    await outcomeOf(() => new Promise(() => undefined), 5);
    expect(told).toEqual(['STORE_TIMEOUT']);
    expect(reported.map(({ type }) => type)).toEqual(['outage']);
  });

  it('answers at once what the store answers at once', () => {
    timings.subscribe(() => undefined);
    expect(watch().call('load', () => 7)).toBe(7);
  });

  it('lets no listener that throws or rejects reach the call', async () => {
    timings.subscribe(() => {
      throw new Error('thrown');
    });
    timings.subscribe(() => Promise.reject(new Error('rejected')));
    expect(await outcomeOf(() => 'found')).toEqual({ answer: 'found' });
    expect(failures).toEqual([new Error('thrown'), new Error('rejected')]);
  });
});
