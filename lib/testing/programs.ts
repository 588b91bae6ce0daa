import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { splitToken } from '../credentials/token.js';
import { IN_FLIGHT_WINDOW_MS } from '../providers/atomic-session-store.js';
import { type ModelOutcome, type ModelSession, SessionModel } from './model.js';
import { ModelRequest } from './model-request.js';
import { SessionError } from '../errors/session-error.js';
import { standingOf } from '../record/verify.js';
import type { SessionPolicy } from '../session/policy.js';
import type { OpenRequest } from './open-request.js';
import { principalOf, STEPS, type StepName } from './program-steps.js';
import type { Subject } from './subject.js';

/** One step of a program: what is done, and three numbers that say to whom and with what. Any number means something. */
export interface Step {
  readonly name: StepName;
  readonly request: number;
  readonly key: number;
  readonly value: number;
  /** What sets the principals of one run apart from those of others on the same store. */
  readonly run?: string;
}

/**
 * Reads a program from numbers, four a step, so that any source of randomness can write one and any property library can shrink it.
 *
 * @example
 * ```ts
 * import fc from 'fast-check';
 * import { programOf, runProgram, type Subject } from 'nestjs-sessions/testing';
 *
 * declare function makeSubject(): Subject;
 *
 * const draws = fc.array(fc.tuple(fc.nat(255), fc.nat(3), fc.nat(15), fc.nat(15)), { maxLength: 40 });
 * await fc.assert(fc.asyncProperty(draws, (numbers) => runProgram(makeSubject(), programOf(numbers))));
 * ```
 */
export const programOf = (draws: readonly (readonly number[])[]): Step[] =>
  draws.map(([what = 0, request = 0, key = 0, value = 0]) => ({
    name: STEP_NAMES[what % STEP_NAMES.length] ?? 'open',
    request,
    key,
    value,
  }));

/** How often each step comes, of 100: those the most that lead requests to meet, those the least that end everything. */
const WEIGHTS: Readonly<Record<StepName, number>> = {
  open: 16,
  wait: 8,
  set: 8,
  delete: 2,
  mutate: 4,
  clear: 2,
  save: 5,
  finish: 16,
  increment: 3,
  update: 3,
  transaction: 3,
  regenerate: 3,
  invalidate: 2,
  reload: 3,
  rotate: 7,
  login: 8,
  logout: 1,
  setTimeouts: 3,
  revokeAll: 1,
  revokeOthers: 1,
  revokeEverything: 1,
};

const STEP_NAMES: readonly StepName[] = (Object.keys(WEIGHTS) as StepName[]).flatMap((name) =>
  Array.from({ length: WEIGHTS[name] }, () => name),
);

/**
 * Runs a program against a subject and against the model, and compares the two after each step: the outcome, what the request sees,
 * what it would tell the cookie jar, and what every token opens.
 *
 * Rejects at the first difference with the steps that led there.
 */
export async function runProgram(subject: Subject, program: readonly Step[]): Promise<void> {
  const run = new ProgramRun(subject.under(rulesOf(program[0], subject)));
  const taken: string[] = [];
  for (const step of program) {
    taken.push(`${step.name}(${step.request}, ${step.key}, ${step.value})`);
    try {
      await run.take(step);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The program\n  ${taken.join('\n  ')}\nwent wrong: ${reason}`, { cause: error });
    }
  }
}

/** The policy of a program. A store without an index knows no limit. */
function rulesOf({ request, key, value }: Partial<Step> = {}, subject: Subject): Partial<SessionPolicy> {
  const limit = (key ?? 0) % 3;
  const isLimited = limit > 0 && subject.capabilities.includes('principals');
  return {
    ...((value ?? 0) % 2 === 0 ? {} : { renewalTimeout: 120_000 }),
    principals: {
      ...subject.policy.principals,
      ...(isLimited ? { limit } : {}),
      whenFull: (request ?? 0) % 2 === 0 ? 'evict-oldest' : 'reject',
    },
  };
}

/** A request and what it should be. */
interface Pair {
  readonly real: OpenRequest;
  readonly model: ModelRequest;
  readonly openedAt: number;
}

class ProgramRun {
  readonly #model: SessionModel;
  readonly #tokens: string[] = [];
  readonly #ids = new Map<ModelSession, string>();
  readonly #run = ` ${randomUUID()}`;
  #open: Pair[] = [];

  constructor(private readonly subject: Subject) {
    this.#model = new SessionModel(subject.policy, subject.clock);
  }

  async take(step: Step): Promise<void> {
    const ours = { ...step, run: this.#run };
    if (step.name === 'open') await this.#admit(step);
    else if (step.name === 'wait') this.#wait(step);
    else await this.#act(ours);
    await this.#compareTokens();
    await this.#compareIndex(principalOf(ours));
  }

  async #admit({ request, value }: Step): Promise<void> {
    const presented = presentedBy(value, this.#tokens.length);
    const token = presented === undefined ? undefined : this.#tokens[presented];
    const instance = request % 2 === 0 ? this.subject.here : this.subject.elsewhere;
    const real = await instance.open(...(token === undefined ? [] : [token]));
    const model = new ModelRequest(this.#model, presented);
    const pair = { real, model, openedAt: this.subject.clock.now() };
    this.#open.push(pair);
    this.#compare(pair);
  }

  /** A request that is older than the in-flight window would be one that no server serves: it is forgotten. */
  #wait({ value }: Step): void {
    this.subject.clock.advance(WAITS[value % WAITS.length] ?? 0);
    const now = this.subject.clock.now();
    this.#open = this.#open.filter(({ openedAt }) => now - openedAt < IN_FLIGHT_WINDOW_MS);
  }

  async #act(step: Step): Promise<void> {
    const pair = this.#open[step.request % this.#open.length];
    const run = STEPS[step.name];
    if (!pair || !run || (run.needs && !this.subject.capabilities.includes(run.needs))) return;
    if (step.name === 'login' && this.#isUnclear(pair, step)) return;
    const [outcome, expected] = [await outcomeOf(run.real(pair.real, step)), run.model(pair.model, step)];
    await this.subject.drain();
    assert.equal(outcome, expected, 'the outcome differs');
    this.#learn(pair);
    this.#compare(pair);
    if (step.name === 'finish') this.#open = this.#open.filter((other) => other !== pair);
  }

  /**
   * Whether nobody can say what a login comes to: refused for the limit, or because the session has changed, by whichever is asked
   * first. What does not change here: two logins never happen at the same instant, and whoever has a session past its deadline is gone,
   * because a limit may or may not have ended it.
   */
  #isUnclear({ model }: Pair, step: Step): boolean {
    this.subject.clock.advance(1);
    const principal = principalOf(step);
    const { principals } = this.subject.policy;
    const isPast = (session: ModelSession | undefined): boolean =>
      session?.owner === principal && !this.#model.isLive(session);
    if (principals.limit !== undefined)
      this.#open = this.#open.filter((pair) => pair.model === model || !isPast(pair.model.session));
    return model.isOutdated && this.#model.isFull({ principal, ...principals }, model.session);
  }

  /** Takes note of a token that the step issued. */
  #learn({ real, model }: Pair): void {
    if (this.#model.tokens.length === this.#tokens.length) return;
    const { token, id } = real.session;
    assert.ok(token !== null && id !== null && !this.#tokens.includes(token), 'no new token was issued');
    this.#tokens.push(token);
    if (model.session) this.#ids.set(model.session, id);
  }

  #compare({ real, model }: Pair): void {
    const { session } = real;
    assert.deepEqual(session.toObject(), valuesOf(model.view), 'what the request sees differs');
    assert.equal(session.size, model.view.size);
    assert.equal(session.isNew, model.isNew);
    assert.equal(real.handle.cookie.kind, model.cookie);
    assert.equal(session.id, (model.session && this.#ids.get(model.session)) ?? null);
  }

  /** Every token that was ever issued opens what it should, in the other process. */
  async #compareTokens(): Promise<void> {
    for (const [number, token] of this.#tokens.entries()) {
      const standing = this.#model.standing(number);
      const session = this.#model.tokens[number];
      if (standing !== 'retired') await this.#compareOpened(number, token);
      if (standing === 'unknown' || !session) continue;
      const { id, secret } = splitToken(token) ?? { id: '', secret: '' };
      const meta = await this.subject.metaOf(id);
      assert.equal(meta && standingOf(meta, secret, this.subject.clock.now()), standing, `token ${number}`);
      assert.equal(meta?.version, session.state.version, `token ${number} has another version`);
      assert.equal(
        meta.absoluteAt,
        session.state.absoluteAt,
        `token ${number} has another absolute deadline`,
      );
    }
  }

  async #compareOpened(number: number, token: string): Promise<void> {
    const expected = this.#model.standing(number) === 'unknown' ? undefined : this.#model.tokens[number];
    const { session } = await this.subject.elsewhere.open(token);
    assert.equal(session.isNew, !expected, `token ${number} ${expected ? 'opens nothing' : 'lives on'}`);
    if (!expected) return;
    assert.deepEqual(
      session.toObject(),
      valuesOf(expected.state.values),
      `token ${number} opens other values`,
    );
    assert.equal(session.expiresAt, expected.deadline, `token ${number} has another deadline`);
    assert.equal(
      session.principal,
      expected.state.principal ?? null,
      `token ${number} has another principal`,
    );
  }

  /** Law P1: a principal has exactly its live sessions, in the order of their logins. */
  async #compareIndex(principal: string): Promise<void> {
    if (!this.subject.capabilities.includes('principals')) return;
    const listed = await this.subject.elsewhere.sessions.list(principal);
    const expected = this.#model.liveOf(principal).filter((session) => this.#model.isLive(session));
    assert.deepEqual(
      listed.map(({ id }) => id),
      expected.map((session) => this.#ids.get(session)),
      'the sessions of a principal differ',
    );
  }
}

/** The number of the token that a request presents: mostly the newest, at times an older one or none. */
function presentedBy(value: number, tokens: number): number | undefined {
  if (tokens === 0 || value < 4) return undefined;
  return value < 9 ? value % tokens : tokens - 1;
}

const SECOND_MS = 1000;

/** Waits that matter under the policy of the laws: within a touch interval, over it, and past each of the deadlines. */
const WAITS = [1, 30 * SECOND_MS, 59_999, 60_000, 300_000, 539_999, 599_999, 600_000, 3_600_000];

const valuesOf = (values: ReadonlyMap<string, string>): Record<string, unknown> =>
  Object.fromEntries([...values].map(([key, json]) => [key, JSON.parse(json) as unknown]));

async function outcomeOf(task: Promise<unknown>): Promise<ModelOutcome> {
  try {
    await task;
    return 'done';
  } catch (error) {
    if (error instanceof SessionError) return error.code as ModelOutcome;
    throw error;
  }
}
