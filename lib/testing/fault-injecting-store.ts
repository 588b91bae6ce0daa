import { newSessionId } from '../credentials/token.js';
import type {
  AtomicSessionStore,
  CreateOutcome,
  EndReason,
  EndsEverything,
  KnowsPrincipals,
  ReplaceOutcome,
  StoreCapabilities,
  StoredRecord,
} from '../providers/atomic-session-store.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { Gate } from './gate.js';

export const STORE_OPERATIONS = [
  'load',
  'create',
  'replace',
  'touch',
  'end',
  'admit',
  'sessionsOf',
  'endSessionsOf',
  'endEverything',
] as const;

/** A call to a store that a test may count, or let fail. */
export type StoreOperation = (typeof STORE_OPERATIONS)[number];

/**
 * What may happen to a call on its way to the store and back.
 *
 * - `fail-before`: rejects; the store never heard of it.
 * - `fail-after`: done, then rejects: the answer was lost on the way.
 * - `hang-before`, `hang-after`: the same, but nobody ever answers.
 * - `resend`: reaches the store twice, as with a client that reconnects; the second answer is the one that counts.
 */
export type Fault = 'fail-before' | 'fail-after' | 'hang-before' | 'hang-after' | 'resend';

/** Takes the place of a call: does what it wants with it, and answers in its stead. */
type Detour = (call: () => MaybePromise<unknown>) => MaybePromise<unknown>;

const DETOURS: Readonly<Record<Fault, Detour>> = {
  'fail-before': () => Promise.reject(new InjectedFault()),
  'fail-after': async (call) => {
    await call();
    throw new InjectedFault();
  },
  'hang-before': () => forEver(),
  'hang-after': async (call) => {
    await call();
    return forEver();
  },
  resend: async (call) => {
    await call();
    return call();
  },
};

/** What a store throws that fails because it was told to. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';

  constructor() {
    super('The store failed as it was told to.');
  }
}

/**
 * A store whose calls fail, hang, wait or go astray when a test says so. What nobody asked for goes straight through, so a store
 * that answers at once still does.
 */
export class FaultInjectingStore
  implements
    AtomicSessionStore,
    Pick<StoreCapabilities, 'newId' | 'confirm' | keyof KnowsPrincipals | keyof EndsEverything>
{
  /** How often each operation was called, faults included. */
  readonly calls: Record<StoreOperation, number> = forEachOperation(() => 0);
  /** Every id and every text that the store was given: all that a dump of it could show. */
  readonly given: string[] = [];
  /** Empty for a store that does not know principals; so are the two that follow. */
  readonly admit?: KnowsPrincipals['admit'];
  readonly sessionsOf?: KnowsPrincipals['sessionsOf'];
  readonly endSessionsOf?: KnowsPrincipals['endSessionsOf'];
  /** Empty for a store that cannot end everything at once. */
  readonly endEverything?: EndsEverything['endEverything'];
  readonly #planned: Record<StoreOperation, Detour[]> = forEachOperation(() => []);
  readonly #lasting = new Map<StoreOperation, Detour>();
  #pace: (() => Promise<void>) | undefined;

  constructor(private readonly store: AtomicSessionStore & StoreCapabilities) {
    if (knowsPrincipals(store)) {
      this.admit = (write, admission) => {
        this.given.push(write.id, write.text);
        return this.#call('admit', () => store.admit(write, admission));
      };
      this.sessionsOf = (principal) => this.#call('sessionsOf', () => store.sessionsOf(principal));
      this.endSessionsOf = (principal, reason, except) =>
        this.#call('endSessionsOf', () => store.endSessionsOf(principal, reason, except));
    }
    if (store.endEverything)
      this.endEverything = () => this.#call('endEverything', () => store.endEverything?.());
  }

  /** The operation that writes a login to an existing session: a store without an index replaces it. */
  get loginOperation(): 'admit' | 'replace' {
    return this.admit ? 'admit' : 'replace';
  }

  /** The next call of an operation meets this fault; the one after it the next that was asked for. */
  next(operation: StoreOperation, fault: Fault): this {
    this.#planned[operation].push(DETOURS[fault]);
    return this;
  }

  /** Every call of an operation meets this fault, until {@link heal}. */
  every(operation: StoreOperation, fault: Fault): this {
    this.#lasting.set(operation, DETOURS[fault]);
    return this;
  }

  /** The next call of an operation gets this answer; the store never hears of it. */
  answer(operation: StoreOperation, reply: unknown): this {
    this.#planned[operation].push(() => reply);
    return this;
  }

  /** The next call of an operation waits at the gate; beyond it is the store. */
  hold(operation: StoreOperation): Gate {
    const gate = new Gate();
    this.#planned[operation].push(async (call) => {
      await gate.pass();
      return call();
    });
    return gate;
  }

  /** The next call of an operation is done, and its answer waits at the gate. */
  holdAnswer(operation: StoreOperation): Gate {
    const gate = new Gate();
    this.#planned[operation].push(async (call) => {
      const answer = await call();
      await gate.pass();
      return answer;
    });
    return gate;
  }

  /** Every call waits for `pace` before it reaches the store, and again before it is answered: whoever paces decides who goes first. */
  paceBy(pace: () => Promise<void>): this {
    this.#pace = pace;
    return this;
  }

  /** Takes back every fault. What hangs or waits at a gate goes on doing so. */
  heal(): void {
    this.#lasting.clear();
    for (const operation of STORE_OPERATIONS) this.#planned[operation].length = 0;
    this.#pace = undefined;
  }

  newId(): MaybePromise<string> {
    return this.store.newId?.() ?? newSessionId();
  }

  confirm(): MaybePromise<void> {
    return this.store.confirm?.();
  }

  load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.#call('load', () => this.store.load(id));
  }

  create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    this.given.push(id, text);
    return this.#call('create', () => this.store.create(id, text, deadline));
  }

  replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome> {
    this.given.push(id, text);
    return this.#call('replace', () => this.store.replace(id, etag, text, deadline));
  }

  touch(id: string, deadline: number): MaybePromise<void> {
    return this.#call('touch', () => this.store.touch(id, deadline));
  }

  end(id: string, reason: EndReason): MaybePromise<boolean> {
    return this.#call('end', () => this.store.end(id, reason));
  }

  #call<T>(operation: StoreOperation, call: () => MaybePromise<T>): MaybePromise<T> {
    this.calls[operation] += 1;
    const detour = this.#planned[operation].shift() ?? this.#lasting.get(operation) ?? this.#paced();
    return detour ? (detour(call) as MaybePromise<T>) : call();
  }

  #paced(): Detour | undefined {
    const pace = this.#pace;
    if (!pace) return undefined;
    return async (call) => {
      await pace();
      const answer = await call();
      await pace();
      return answer;
    };
  }
}

const knowsPrincipals = (
  store: AtomicSessionStore & StoreCapabilities,
): store is AtomicSessionStore & KnowsPrincipals => store.admit !== undefined;

function forEachOperation<T>(make: () => T): Record<StoreOperation, T> {
  return Object.fromEntries(STORE_OPERATIONS.map((operation) => [operation, make()])) as Record<
    StoreOperation,
    T
  >;
}

function forEver(): Promise<never> {
  return new Promise(() => undefined);
}
