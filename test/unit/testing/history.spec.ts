import { describe, expect, it } from '@jest/globals';
import {
  assertHistory,
  FakeClock,
  type History,
  PlainStore,
  runHistory,
  Subject,
} from '../../../lib/testing/index.js';
import { seededRandom } from '../../../lib/testing/random.js';
import { Scheduler } from '../../../lib/testing/scheduler.js';

function makeSubject(): Subject {
  const clock = new FakeClock();
  return new Subject({ clock, store: new PlainStore(clock), policy: { operationTimeout: 20_000 } });
}

describe('seeded random numbers', () => {
  it('are the same for the same seed, and within their bound', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 200 }, () => random(6));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(new Set(draw(7))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});

describe('a scheduler', () => {
  it('lets one go on at a time, in an order that the seed decides', async () => {
    const orderOf = async (seed: number): Promise<string> => {
      const scheduler = new Scheduler(seededRandom(seed));
      let order = '';
      const work = async (name: string): Promise<void> => {
        for (let step = 0; step < 3; step++) {
          await scheduler.pace();
          order += name;
        }
      };
      await scheduler.run(['a', 'b', 'c'].map((name) => work(name)));
      return order;
    };
    const orders = await Promise.all([1, 1, 2, 3, 4].map((seed) => orderOf(seed)));
    expect(orders[0]).toBe(orders[1]);
    expect(new Set(orders).size).toBeGreaterThan(2);
    expect([...(orders[0] ?? '')].sort().join('')).toBe('aaabbbccc');
  });

  it('ends when a task fails', async () => {
    const failing = Promise.reject(new Error('no'));
    await new Scheduler(seededRandom(1)).run([failing]);
    await expect(failing).rejects.toThrow('no');
  });
});

describe('a history', () => {
  it('is the same for the same seed while nobody has to back off', async () => {
    const plan = { seed: 3, workers: 2, requests: 4 };
    const [one, again] = [await runHistory(makeSubject(), plan), await runHistory(makeSubject(), plan)];
    expect(again).toEqual(one);
  });

  it('needs no scheduler where the store has an order of its own', async () => {
    const history = await runHistory(makeSubject(), { seed: 1, paced: false });
    expect(history.entries).toHaveLength(64);
    assertHistory(history);
  });

  const entry = { worker: 0, outcome: 'done', answer: 0 } as const;
  const forged: readonly (readonly [what: string, history: Partial<History>])[] = [
    ['a lost increment', { left: { count: 1, log: [], left: 0, right: 0 } }],
    ['a lost key', { left: { count: 2, log: [], left: 0, right: 0, 'worker 0': 7 } }],
    ['a lost append', { left: { count: 2, log: [], left: 0, right: 0, 'worker 0': 3 } }],
    ['a lost seat', { left: { count: 2, log: [4], left: 0, right: 0, 'worker 0': 3 } }],
  ];

  it.each(forged)('with %s is convicted, and names its seed', (_, { left }) => {
    const history: History = {
      plan: { seed: 42 },
      entries: [
        { ...entry, operation: 'increment', number: 1, beganAt: 0, endedAt: 1, answer: 1 },
        { ...entry, operation: 'increment', number: 2, beganAt: 2, endedAt: 3, answer: 2 },
        { ...entry, operation: 'set', number: 3, beganAt: 4, endedAt: 5 },
        { ...entry, operation: 'append', number: 4, beganAt: 6, endedAt: 7 },
        { ...entry, operation: 'reserve', number: 5, beganAt: 8, endedAt: 9, answer: 1 },
      ],
      left,
    };
    expect(() => assertHistory(history)).toThrow(/seed 42/);
    const healthy = { count: 2, log: [4], left: 1, right: 0, 'worker 0': 3 };
    expect(() => assertHistory({ ...history, left: healthy })).not.toThrow();
  });

  it('in which a session lives on after its end is convicted', () => {
    const entries = [
      { ...entry, operation: 'end', number: 0, beganAt: 0, endedAt: 1 },
      { ...entry, operation: 'set', number: 1, beganAt: 2, endedAt: 3 },
    ] as const;
    const plan = { seed: 42, end: true };
    expect(() => assertHistory({ plan, entries, left: undefined })).toThrow(/set 1 of worker 0/);
    expect(() => assertHistory({ plan, entries: entries.slice(0, 1), left: undefined })).not.toThrow();
  });

  const done = { ...entry, answer: 1, beganAt: 0, endedAt: 3 } as const;
  const lost = { ...entry, operation: 'set', number: 9, beganAt: 1, endedAt: 2 } as const;
  const rotation = { ...done, operation: 'rotate', found: '1 first' } as const;
  const login = { ...done, operation: 'login', found: '1 first' } as const;
  const wrong: readonly (readonly [what: string, entries: History['entries']])[] = [
    [
      'a token that two rotated',
      [
        { ...rotation, number: 0 },
        { ...rotation, number: 1 },
      ],
    ],
    [
      'an epoch in which two logged in',
      [
        { ...login, number: 0 },
        { ...login, number: 1, found: '1 second' },
      ],
    ],
    ['a session that was lost to nobody', [{ ...lost, outcome: 'SESSION_GONE' }]],
    [
      'a session that was lost to one rotation',
      [
        { ...rotation, number: 0 },
        { ...lost, outcome: 'anonymous' },
      ],
    ],
    ['a login that was lost to itself', [{ ...login, number: 0, outcome: 'SESSION_GONE' }]],
  ];

  it.each(wrong)('with %s is convicted', (_, entries) => {
    const plan = { seed: 42, lifecycle: true };
    expect(() => assertHistory({ plan, entries, left: undefined })).toThrow(/seed 42/);
  });

  it('in which a session was lost to a login, or to two rotations, is right', () => {
    const plan = { seed: 42, lifecycle: true };
    const histories: readonly History['entries'][] = [
      [
        { ...login, number: 0 },
        { ...lost, outcome: 'SESSION_GONE' },
      ],
      [
        { ...rotation, number: 0 },
        { ...rotation, number: 1, found: '1 second' },
        { ...lost, outcome: 'anonymous' },
      ],
    ];
    for (const entries of histories)
      expect(() => assertHistory({ plan, entries, left: undefined })).not.toThrow();
  });
});
