import type { SessionErrorCode } from '../errors/codes.js';
import { SessionError } from '../errors/session-error.js';
import type { AppInstance } from './app-instance.js';
import type { LooseSession } from './open-request.js';
import { type Random, seededRandom } from './random.js';
import { Scheduler } from './scheduler.js';
import type { PlantedSession, Subject } from './subject.js';

/** How many seats the workers may take together, out of two keys of the session. */
export const SEATS = 5;

/** What to run. */
export interface HistoryPlan {
  readonly seed: number;
  /** How many clients there are at a time; they take turns to be in one process and in the other. Default 8. */
  readonly workers?: number;
  /** How many requests each sends, one after the other. Default 8. */
  readonly requests?: number;
  /** Whether one of the requests ends the session. Default false. */
  readonly end?: boolean;
  /** Whether a seeded scheduler orders the calls to the store. Default true; false for a real server, which has an order of its own. */
  readonly paced?: boolean;
}

export type HistoryOperation = 'increment' | 'set' | 'append' | 'reserve' | 'end';

/** One request of one worker. Instants are places in the order in which requests began and ended. */
export interface HistoryEntry {
  readonly worker: number;
  /** Unique in the history. */
  readonly number: number;
  readonly operation: HistoryOperation;
  readonly beganAt: number;
  readonly endedAt: number;
  /** `anonymous`: the token opened no session. */
  readonly outcome: 'done' | 'anonymous' | SessionErrorCode;
  /** What `increment` answered; for `reserve`, 1 when it got a seat and 0 when there was none. */
  readonly answer: number;
}

/** What happened to one session, and what was left of it. */
export interface History {
  readonly plan: HistoryPlan;
  readonly entries: readonly HistoryEntry[];
  /** The values in the end; `undefined` when there is no session any more. */
  readonly left: Readonly<Record<string, unknown>> | undefined;
}

/** Lets many workers loose on one session, in two processes, and writes down what each was told. */
export async function runHistory(subject: Subject, plan: HistoryPlan): Promise<History> {
  const { paced = true, workers = 8 } = plan;
  const random = seededRandom(plan.seed);
  const session = await subject.begin({ log: [], left: 0, right: 0 });
  const scheduler = new Scheduler(random);
  if (paced) for (const { store } of subject.instances) store.paceBy(scheduler.pace);
  const recorder = new Recorder(plan, session, random);
  const tasks = Array.from({ length: workers }, (_, worker) =>
    recorder.work(worker % 2 === 0 ? subject.here : subject.elsewhere, worker),
  );
  await scheduler.run(tasks);
  await Promise.all(tasks);
  for (const { store } of subject.instances) store.heal();
  return { plan, entries: recorder.entries, left: await subject.read(session.token) };
}

/** What a request does; answers what {@link HistoryEntry.answer} is to say. */
type Perform = (session: LooseSession, worker: number, number: number) => Promise<number>;

const PERFORM: Readonly<Record<HistoryOperation, Perform>> = {
  increment: (session) => session.increment('count'),
  set: (session, worker, number) => {
    session.set(`worker ${worker}`, number);
    return Promise.resolve(0);
  },
  append: async (session, _, number) => {
    await session.update('log', (log) => [...(log as number[]), number]);
    return 0;
  },
  reserve: (session, worker) =>
    session.transaction((draft) => {
      const mine = worker % 2 === 0 ? 'left' : 'right';
      if (Number(draft.get('left')) + Number(draft.get('right')) >= SEATS) return 0;
      draft.set(mine, Number(draft.get(mine)) + 1);
      return 1;
    }),
  end: async (session) => {
    await session.invalidate();
    return 0;
  },
};

/** What a request may do besides ending the session, which happens once. */
const OPERATIONS = ['increment', 'set', 'append', 'reserve'] as const;

class Recorder {
  readonly entries: HistoryEntry[] = [];
  readonly #end: number;
  #numbers = 0;
  #instants = 0;

  constructor(
    private readonly plan: HistoryPlan,
    private readonly session: PlantedSession,
    private readonly random: Random,
  ) {
    const { workers = 8, requests = 8, end = false } = plan;
    this.#end = end ? this.random(workers * requests) : -1;
  }

  async work(instance: AppInstance, worker: number): Promise<void> {
    const { requests = 8 } = this.plan;
    for (let request = 0; request < requests; request++) {
      const number = this.#numbers++;
      const operation =
        number === this.#end ? 'end' : (OPERATIONS[this.random(OPERATIONS.length)] ?? 'increment');
      const beganAt = this.#instants++;
      const result = await this.#request(instance, { operation, worker, number });
      this.entries.push({ worker, number, operation, beganAt, endedAt: this.#instants++, ...result });
    }
  }

  async #request(
    instance: AppInstance,
    { operation, worker, number }: Pick<HistoryEntry, 'operation' | 'worker' | 'number'>,
  ): Promise<Pick<HistoryEntry, 'outcome' | 'answer'>> {
    try {
      const request = await instance.open(this.session.token);
      if (request.session.isNew) return { outcome: 'anonymous', answer: 0 };
      const answer = await PERFORM[operation](request.session, worker, number);
      await request.finish();
      return { outcome: 'done', answer };
    } catch (error) {
      if (error instanceof SessionError) return { outcome: error.code, answer: 0 };
      throw error;
    }
  }
}
