import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { splitToken } from '../credentials/token.js';
import { SessionError } from '../errors/session-error.js';
import { IN_FLIGHT_WINDOW_MS } from '../providers/atomic-session-store.js';
import { standingOf } from '../record/verify.js';
import { type ModelOutcome, type ModelSession, SessionModel } from './model.js';
import { ModelRequest } from './model-request.js';
import type { OpenRequest } from './open-request.js';
import { principalOf, STEPS } from './program-steps.js';
import type { Step } from './programs.js';
import type { Subject } from './subject.js';

/** A request and what it should be. */
interface Pair {
  readonly real: OpenRequest;
  readonly model: ModelRequest;
  readonly openedAt: number;
}

/** A program under way: what there is, and what there should be. */
export class ProgramRun {
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
    if (step.name === 'login') this.#prepareLogin(pair, principalOf(step));
    if (step.name === 'login' && this.#isAmbiguous(pair, principalOf(step))) return;
    const [outcome, expected] = [await outcomeOf(run.real(pair.real, step)), run.model(pair.model, step)];
    await this.subject.drain();
    assert.equal(outcome, expected, 'the outcome differs');
    this.#learn(pair);
    this.#compare(pair);
    if (step.name === 'finish') this.#open = this.#open.filter((other) => other !== pair);
  }

  /** No two logins happen at the same instant, so that it is known which session is the oldest. */
  #prepareLogin(pair: Pair, principal: string): void {
    this.subject.clock.advance(1);
    if (this.subject.policy.principals.limit === undefined) return;
    this.#open = this.#open.filter((other) => other === pair || !this.#isDoubtful(other, principal));
  }

  /** Whether a limit may have ended its session, or not: a store may, on the way of a login, once it is past its deadline. */
  #isDoubtful({ model }: Pair, principal: string): boolean {
    return model.session?.owner === principal && !this.#model.isLive(model.session);
  }

  /** Whether a login is refused for the limit or because the session has changed, by whichever the store looks at first. */
  #isAmbiguous({ model }: Pair, principal: string): boolean {
    const admission = { principal, ...this.subject.policy.principals };
    return model.isOutdated && this.#model.isFull(admission, model.session);
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
    await Promise.all(this.#tokens.map((token, number) => this.#compareToken(number, token)));
  }

  async #compareToken(number: number, token: string): Promise<void> {
    const standing = this.#model.standing(number);
    const session = this.#model.tokens[number];
    if (standing !== 'retired') await this.#compareOpened(number, token);
    if (standing === 'unknown' || !session) return;
    const { id, secret } = splitToken(token) ?? { id: '', secret: '' };
    const meta = await this.subject.metaOf(id);
    assert.equal(meta && standingOf(meta, secret, this.subject.clock.now()), standing, `token ${number}`);
    assert.equal(meta?.version, session.state.version, `token ${number} has another version`);
    const { absoluteAt } = session.state;
    assert.equal(meta.absoluteAt, absoluteAt, `token ${number} has another absolute deadline`);
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
