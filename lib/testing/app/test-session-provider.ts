import { AsyncLocalStorage } from 'node:async_hooks';
import { AtomicSessionProvider } from '../../providers/atomic-session-provider.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  AtomicSessionStore,
  CreateOutcome,
  EndReason,
  EndsEverything,
  KnowsPrincipals,
  OnExpired,
  OwnedRecord,
  ReplaceOutcome,
  ReportsHealth,
  StoredRecord,
  Sweeps,
} from '../../providers/atomic-session-store.js';
import { InMemorySessionProvider } from '../../providers/memory/in-memory-session-provider.js';
import type { MaybePromise, ProviderContext } from '../../providers/session-provider.js';
import { FaultInjectingStore } from '../fault-injecting-store.js';

type Store = AtomicSessionStore & KnowsPrincipals & EndsEverything;

/** Where a store of a test keeps its sessions, and the way there that the app takes. */
export interface TestStore {
  readonly memory: InMemorySessionProvider;
  /** Counts, holds and breaks the calls of the app; those of {@link aside} pass beside it. */
  readonly faults: FaultInjectingStore;
}

export function testStore(context: Pick<ProviderContext, 'clock'>): TestStore {
  const memory = new InMemorySessionProvider({}, context);
  return { memory, faults: new FaultInjectingStore(memory) };
}

/** Work that asks the store for the test's own sake: it is not counted, and no fault meets it. */
export const aside = <T>(work: () => T): T => unseen.run(true, work);

const unseen = new AsyncLocalStorage<true>();

/** The provider of an app under test: sessions in memory, on a way there that a test can count, hold and break. */
export class TestSessionProvider
  extends AtomicSessionProvider
  implements Sweeps, KnowsPrincipals, EndsEverything, ReportsHealth
{
  constructor(
    private readonly store: TestStore,
    context: Partial<ProviderContext> = {},
  ) {
    super(context);
  }

  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.#way.load(id);
  }

  override create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    return this.#way.create(id, text, deadline);
  }

  override replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome> {
    return this.#way.replace(id, etag, text, deadline);
  }

  override touch(id: string, deadline: number): MaybePromise<void> {
    return this.#way.touch(id, deadline);
  }

  override end(id: string, reason: EndReason): MaybePromise<boolean> {
    return this.#way.end(id, reason);
  }

  admit(write: AdmittedWrite, admission: Admission): MaybePromise<AdmitOutcome> {
    return this.#way.admit(write, admission);
  }

  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]> {
    return this.#way.sessionsOf(principal);
  }

  endSessionsOf(principal: string, reason: EndReason, except?: string): MaybePromise<readonly string[]> {
    return this.#way.endSessionsOf(principal, reason, except);
  }

  endEverything(): MaybePromise<void> {
    return this.#way.endEverything();
  }

  sweep(limit: number, onExpired?: OnExpired): number {
    return this.store.memory.sweep(limit, onExpired);
  }

  health(): void {}

  get #way(): Store {
    const { memory, faults } = this.store;
    // In front of a store that knows principals, so do the faults.
    return unseen.getStore() ? memory : (faults as FaultInjectingStore & Store);
  }
}
