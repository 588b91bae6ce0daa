import { randomUUID } from 'node:crypto';
import { digestOf, joinToken } from '../credentials/token.js';
import type { SessionErrorCode } from '../errors/codes.js';
import { SessionError } from '../errors/session-error.js';
import { decodeRecord } from '../record/record-text.js';
import type { AppInstance } from './app-instance.js';
import { LIFECYCLE_OPERATIONS, OPERATIONS, PERFORM, REVOKE } from './history-operations.js';
import { type Random, seededRandom } from './random.js';
import { Scheduler } from './scheduler.js';
import type { PlantedSession, Subject } from './subject.js';

/** What to run. */
export interface HistoryPlan {
  readonly seed: number;
  /** How many clients there are at a time; they take turns to be in one process and in the other. Default 8. */
  readonly workers?: number;
  /** How many requests each sends, one after the other. Default 8. */
  readonly requests?: number;
  /** Whether one of the requests ends the session. Default false. */
  readonly end?: boolean;
  /**
   * Whether requests also rotate the token and log in again, and the end is a revocation. Default false; needs a store that knows
   * principals and can end everything.
   */
  readonly lifecycle?: boolean;
  /** Whether a seeded scheduler orders the calls to the store. Default true; false for a real server, which has an order of its own. */
  readonly paced?: boolean;
}

export type HistoryOperation = 'increment' | 'set' | 'append' | 'reserve' | 'rotate' | 'login' | 'end';

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
  /** What `increment` answered; for `reserve`, 1 when it got a seat and 0 when there was none; for `rotate`, 1 when it did. */
  readonly answer: number;
  /** The epoch and the digest of the session as the request found it; empty when it found none. */
  readonly found?: string;
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
  const history = await HistorySession.begin(subject, plan);
  const scheduler = new Scheduler(random);
  if (paced) for (const { store } of subject.instances) store.paceBy(scheduler.pace);
  const recorder = new Recorder(plan, history, random);
  const tasks = Array.from({ length: workers }, (_, worker) =>
    recorder.work(worker % 2 === 0 ? subject.here : subject.elsewhere, worker),
  );
  await scheduler.run(tasks);
  await Promise.all(tasks);
  for (const { store } of subject.instances) store.heal();
  return { plan, entries: recorder.entries, left: await subject.read(await history.token()) };
}

/** The session that a history is about. */
class HistorySession {
  private constructor(
    private readonly subject: Subject,
    readonly principal: string,
    private readonly first: PlantedSession,
    private readonly changesToken: boolean,
  ) {}

  static async begin(subject: Subject, { lifecycle = false }: HistoryPlan): Promise<HistorySession> {
    const first = await subject.begin({ log: [], left: 0, right: 0 });
    const session = new HistorySession(subject, `principal-${randomUUID()}`, first, lifecycle);
    if (lifecycle) await (await subject.open(first.token)).session.login(session.principal, { keep: 'all' });
    return session;
  }

  get id(): string {
    return this.first.id;
  }

  /** The newest token, as if every client had got it at once. */
  async token(): Promise<string> {
    if (!this.changesToken) return this.first.token;
    const { text = '' } = (await this.subject.parts.store.load(this.id)) ?? {};
    const digest = decodeRecord(text)?.meta.digest;
    const secret = this.subject.secrets.findLast((each) => digestOf(each) === digest);
    return secret === undefined ? this.first.token : joinToken({ id: this.id, secret });
  }
}

class Recorder {
  readonly entries: HistoryEntry[] = [];
  readonly #end: number;
  #numbers = 0;
  #instants = 0;

  constructor(
    private readonly plan: HistoryPlan,
    private readonly session: HistorySession,
    private readonly random: Random,
  ) {
    const { workers = 8, requests = 8, end = false } = plan;
    this.#end = end ? this.random(workers * requests) : -1;
  }

  async work(instance: AppInstance, worker: number): Promise<void> {
    const { requests = 8, lifecycle = false } = this.plan;
    const operations = lifecycle ? LIFECYCLE_OPERATIONS : OPERATIONS;
    for (let request = 0; request < requests; request++) {
      const number = this.#numbers++;
      const operation =
        number === this.#end ? 'end' : (operations[this.random(operations.length)] ?? 'increment');
      const beganAt = this.#instants++;
      const result = await this.#request(instance, { operation, worker, number });
      this.entries.push({ worker, number, operation, beganAt, endedAt: this.#instants++, ...result });
    }
  }

  async #request(
    instance: AppInstance,
    { operation, worker, number }: Pick<HistoryEntry, 'operation' | 'worker' | 'number'>,
  ): Promise<Pick<HistoryEntry, 'outcome' | 'answer' | 'found'>> {
    const { id, principal } = this.session;
    try {
      if (operation === 'end' && this.plan.lifecycle) {
        await REVOKE[this.plan.seed % REVOKE.length]?.(instance, id, principal);
        return { outcome: 'done', answer: 0 };
      }
      const request = await instance.open(await this.session.token());
      if (request.session.isNew) return { outcome: 'anonymous', answer: 0 };
      const { epoch, digest } = request.handle.live?.record.meta ?? {};
      const answer = await PERFORM[operation](request.session, { worker, number, principal });
      await request.finish();
      return { outcome: 'done', answer, ...(this.plan.lifecycle ? { found: `${epoch} ${digest}` } : {}) };
    } catch (error) {
      if (error instanceof SessionError) return { outcome: error.code, answer: 0 };
      throw error;
    }
  }
}
