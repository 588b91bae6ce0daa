import assert from 'node:assert/strict';
import { IN_FLIGHT_WINDOW_MS } from '../providers/atomic-session-store.js';
import { type ModelOutcome, type ModelSession, SessionModel } from './model.js';
import { ModelRequest } from './model-request.js';
import { SessionError } from '../errors/session-error.js';
import type { OpenRequest } from './open-request.js';
import { STEPS, type StepName } from './program-steps.js';
import type { Subject } from './subject.js';

/** One step of a program: what is done, and three numbers that say to whom and with what. Any number means something. */
export interface Step {
  readonly name: StepName;
  readonly request: number;
  readonly key: number;
  readonly value: number;
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

/** The steps that lead requests to meet come more often than the others. */
const STEP_NAMES: readonly StepName[] = [
  ...(Object.keys(STEPS) as StepName[]),
  ...(['open', 'open', 'open', 'set', 'set', 'mutate', 'finish', 'finish', 'save', 'wait'] as const),
];

/**
 * Runs a program against a subject and against the model, and compares the two after each step: the outcome, what the request sees,
 * what it would tell the cookie jar, and what every token opens.
 *
 * Rejects at the first difference with the steps that led there.
 */
export async function runProgram(subject: Subject, program: readonly Step[]): Promise<void> {
  const run = new ProgramRun(subject);
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
  #open: Pair[] = [];

  constructor(private readonly subject: Subject) {
    this.#model = new SessionModel(subject.policy, subject.clock);
  }

  async take(step: Step): Promise<void> {
    if (step.name === 'open') await this.#admit(step);
    else if (step.name === 'wait') this.#wait(step);
    else await this.#act(step);
    await this.#compareTokens();
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
    if (!pair || !run) return;
    const [outcome, expected] = [await outcomeOf(run.real(pair.real, step)), run.model(pair.model, step)];
    await this.subject.drain();
    assert.equal(outcome, expected, 'the outcome differs');
    this.#learn(pair);
    this.#compare(pair);
    if (step.name === 'finish') this.#open = this.#open.filter((other) => other !== pair);
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
      const expected = this.#model.find(number);
      const { session } = await this.subject.elsewhere.open(token);
      assert.equal(session.isNew, !expected, `token ${number} ${expected ? 'opens nothing' : 'lives on'}`);
      if (!expected) continue;
      assert.deepEqual(session.toObject(), valuesOf(expected.values), `token ${number} opens other values`);
      assert.equal(session.expiresAt, expected.deadline, `token ${number} has another deadline`);
      const meta = await this.subject.metaOf(session.id ?? '');
      assert.equal(meta?.version, expected.version, `token ${number} has another version`);
      assert.equal(meta.absoluteAt, expected.absoluteAt, `token ${number} has another absolute deadline`);
    }
  }
}

/** The number of the token that a request presents: mostly the newest, at times an older one or none. */
function presentedBy(value: number, tokens: number): number | undefined {
  if (tokens === 0 || value === 0) return undefined;
  return value < 5 ? value % tokens : tokens - 1;
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
