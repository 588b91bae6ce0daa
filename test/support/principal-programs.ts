import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { newSessionId } from '../../lib/credentials/token.js';
import {
  type Admission,
  type AdmitOutcome,
  type AdmittedWrite,
  type AtomicSessionStore,
  IN_FLIGHT_WINDOW_MS,
  type KnowsPrincipals,
  type StoreCapabilities,
} from '../../lib/providers/atomic-session-store.js';
import type { MaybePromise } from '../../lib/providers/session-provider.js';
import { etagOf } from '../../lib/record/record-text.js';
import type { FakeClock } from '../../lib/testing/fake-clock.js';
import { type ModelSession, PrincipalModel } from './principal-model.js';
import { sampleRecord } from './sample-record.js';

/** A store that is to be compared with the model. It may hold sessions of other programs: ids and principals are fresh in each. */
export interface PrincipalScene {
  readonly store: AtomicSessionStore & KnowsPrincipals & StoreCapabilities;
  /** The same sessions seen from another process; every third step is taken there. */
  readonly elsewhere?: PrincipalScene['store'];
  readonly clock: FakeClock;
  /** Whether the sessions expire by `clock`, and not by that of a server. Default true. */
  readonly travels?: boolean;
  /** Whether nothing else is in the store, so that everything may be ended. Default true. */
  readonly alone?: boolean;
}

type Draw = readonly [kind: number, first: number, second: number, third: number];

const IDLE_MS = 30_000;
const WAITS = [1, IDLE_MS - 5, IDLE_MS, IN_FLIGHT_WINDOW_MS - 5, IN_FLIGHT_WINDOW_MS];
const LIMITS: Pick<Admission, 'limit'>[] = [{ limit: 1 }, { limit: 2 }, { limit: 3 }, {}];

const programs = fc.record({
  bound: fc.constantFrom(...LIMITS),
  whenFull: fc.constantFrom('reject' as const, 'evict-oldest' as const),
  draws: fc.array(fc.tuple(fc.nat(99), fc.nat(15), fc.nat(15), fc.nat(15)), { maxLength: 40, size: 'max' }),
});

/**
 * Compares `count` random programs of logins, writes, deaths and waits with the model, each on a scene of its own. Answers `undefined`
 * when all agree, else what is wrong in the shortest program that does not, with the seed that finds it again.
 */
export async function checkPrincipalPrograms(
  count: number,
  makeScene: () => MaybePromise<PrincipalScene>,
): Promise<string | undefined> {
  const property = fc.asyncProperty(programs, async ({ draws, bound, whenFull }) => {
    await new PrincipalProgram(await makeScene(), { ...bound, whenFull }).run(draws);
  });
  const seed = Number(process.env['PROGRAM_SEED'] ?? Date.now() & 0x7fffffff);
  const result = await fc.check(property, { numRuns: count, seed });
  if (!result.failed) return undefined;
  return `PROGRAM_SEED=${seed}: ${JSON.stringify(result.counterexample)}\n${String(result.errorInstance)}`;
}

/** One program on one store: each step is taken on the store and on the model, and compared. */
class PrincipalProgram {
  readonly #model: PrincipalModel;
  readonly #principals = ['', '', ''].map(() => `principal-${randomUUID()}`);
  #steps = 0;

  constructor(
    private readonly scene: PrincipalScene,
    private readonly rule: Pick<Admission, 'limit' | 'whenFull'>,
  ) {
    this.#model = new PrincipalModel(scene.clock);
  }

  async run(draws: readonly Draw[]): Promise<void> {
    for (const draw of draws) {
      this.scene.clock.advance(1);
      this.#steps++;
      await this.#step(draw);
      await this.#compare();
    }
  }

  /** Where the next step is taken. */
  get #store(): PrincipalScene['store'] {
    const { store, elsewhere = store } = this.scene;
    return this.#steps % 3 === 0 ? elsewhere : store;
  }

  get #deadline(): number {
    return this.scene.clock.now() + IDLE_MS;
  }

  async #step([kind, first, second, third]: Draw): Promise<void> {
    const principal = this.#principals[second % this.#principals.length] ?? '';
    const session = this.#model.sessions[first % Math.max(1, this.#model.sessions.length)];
    if (kind < 30) return this.#admit({ id: newSessionId() }, principal);
    if (kind < 38) return this.#create();
    if (kind < 40) return this.#endAll(principal, third % 2 === 0 ? session?.id : undefined);
    if (kind < 42) return this.#endEverything();
    if (kind < 55) return this.#pass(WAITS[third % WAITS.length] ?? 1);
    if (kind < 60) return void (await this.#store.sweep?.(third));
    if (!session) return;
    if (kind < 75) return this.#admit({ id: session.id, etag: etag(session, third) }, principal);
    if (kind < 85) return this.#replace(session, etag(session, third));
    if (kind < 92) return this.#touch(session);
    return this.#end(session);
  }

  #pass(ms: number): void {
    if (this.scene.travels !== false) this.scene.clock.advance(ms);
  }

  async #admit(target: Pick<AdmittedWrite, 'id' | 'etag'>, principal: string): Promise<void> {
    const authenticatedAt = this.scene.clock.now();
    const text = sampleRecord({ principal, authenticatedAt });
    const write = { ...target, text, deadline: this.#deadline };
    const admission = { ...this.rule, principal };
    const { full, evicted } = this.#model.admission(write.id, admission);
    const refusals: AdmitOutcome[] = [...this.#refusals(write), ...(full ? ['full' as const] : [])];
    const outcome = await this.#store.admit(write, admission);
    if (refusals.length > 0) return assertOneOf(outcome, refusals);
    assert.deepEqual(outcome, { evicted: evicted.map(({ id }) => id) });
    this.#model.admit(write, admission);
  }

  /** What a write to a session that was created before may be refused with: one answer, or none. */
  #refusals({ id, etag: known }: Pick<AdmittedWrite, 'id' | 'etag'>): AdmitOutcome[] {
    const session = this.#model.sessions.find((each) => each.id === id);
    if (!session) return [];
    if (!this.#model.isHeld(session)) return ['gone'];
    return known === etagOf(session.text) ? [] : [{ text: session.text, deadline: session.deadline }];
  }

  async #create(): Promise<void> {
    const session = this.#model.create(newSessionId(), sampleRecord(), this.#deadline);
    assert.equal(await this.#store.create(session.id, session.text, session.deadline), 'ok');
  }

  async #replace(session: ModelSession, known: string): Promise<void> {
    const { principal, loggedInAt, id } = session;
    const text = sampleRecord({ principal, authenticatedAt: loggedInAt, values: { step: this.#steps } });
    const deadline = this.#deadline;
    const [refusal] = this.#refusals({ id, etag: known });
    assert.deepEqual(await this.#store.replace(id, known, text, deadline), refusal ?? 'ok');
    if (!refusal) Object.assign(session, { text, deadline });
  }

  async #touch(session: ModelSession): Promise<void> {
    await this.#store.touch(session.id, this.#deadline);
    if (this.#model.isHeld(session)) session.deadline = Math.max(session.deadline, this.#deadline);
  }

  async #end(session: ModelSession): Promise<void> {
    assert.equal(await this.#store.end(session.id, 'invalidated'), this.#model.isHeld(session));
    session.ended = true;
  }

  async #endAll(principal: string, except?: string): Promise<void> {
    const doomed = this.#model.heldBy(principal).filter(({ id }) => id !== except);
    const ended = await this.#store.endSessionsOf(principal, 'revoked', except);
    assert.deepEqual(ended.toSorted(), doomed.map(({ id }) => id).sort());
    for (const session of doomed) session.ended = true;
  }

  async #endEverything(): Promise<void> {
    if (this.scene.alone === false || !this.#store.endEverything) return;
    await this.#store.endEverything();
    for (const session of this.#model.sessions) session.ended = true;
  }

  /** Every principal has exactly its live sessions, in order; every session is there exactly as long as it may be. */
  async #compare(): Promise<void> {
    for (const principal of this.#principals) {
      const sessions = await this.#store.sessionsOf(principal);
      assert.deepEqual(sessions, this.#model.sessionsOf(principal).map(asOwned));
      assert.ok(sessions.length <= (this.rule.limit ?? Infinity), 'more live sessions than the limit');
    }
    for (const session of this.#model.sessions) await this.#compareLoad(session);
  }

  async #compareLoad(session: ModelSession): Promise<void> {
    const stored = await this.#store.load(session.id);
    if (stored === undefined) return assert.ok(!this.#model.isLive(session), 'a live session is not found');
    assert.ok(this.#model.isHeld(session), 'a dead session is found');
    assert.deepEqual(stored, { text: session.text, deadline: session.deadline });
  }
}

/** The etag of a session; one in eight is not its own. */
const etag = (session: ModelSession, draw: number): string =>
  draw % 8 === 7 ? 'some-other-1' : etagOf(session.text);

const asOwned = ({ id, text, deadline }: ModelSession) => ({ id, text, deadline });

function assertOneOf(outcome: AdmitOutcome, allowed: readonly AdmitOutcome[]): void {
  const [first] = allowed;
  if (!allowed.some((each) => JSON.stringify(each) === JSON.stringify(outcome)))
    assert.deepEqual(outcome, first);
}
