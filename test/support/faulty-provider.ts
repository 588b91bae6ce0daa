import type {
  CreateOutcome,
  EndReason,
  ReplaceOutcome,
  StoredRecord,
} from '../../lib/providers/atomic-session-store.js';
import { AtomicSessionProvider } from '../../lib/providers/atomic-session-provider.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import type { MaybePromise, ProviderContext } from '../../lib/providers/session-provider.js';
import { FaultInjectingStore } from '../../lib/testing/fault-injecting-store.js';

/** A provider for an app under test: sessions in memory, on a way there that a test can count, hold and break. */
export class FaultyProvider extends AtomicSessionProvider {
  readonly memory: InMemorySessionProvider;
  readonly faults: FaultInjectingStore;
  /** How often the app closed it. */
  closed = 0;

  constructor(context: Partial<ProviderContext> = {}) {
    super(context);
    this.memory = new InMemorySessionProvider({}, context);
    this.faults = new FaultInjectingStore(this.memory);
  }

  /** All calls so far, of any operation. */
  get calls(): number {
    return Object.values(this.faults.calls).reduce((sum, count) => sum + count, 0);
  }

  /** The commits of data so far. */
  get commits(): number {
    return this.faults.calls.create + this.faults.calls.replace;
  }

  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.faults.load(id);
  }

  override create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    return this.faults.create(id, text, deadline);
  }

  override replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome> {
    return this.faults.replace(id, etag, text, deadline);
  }

  override touch(id: string, deadline: number): MaybePromise<void> {
    return this.faults.touch(id, deadline);
  }

  override end(id: string, reason: EndReason): MaybePromise<boolean> {
    return this.faults.end(id, reason);
  }

  close(): void {
    this.closed += 1;
  }
}
