import { AtomicSessionProvider } from '../../lib/providers/atomic-session-provider.js';
import type {
  AtomicSessionStore,
  CreateOutcome,
  EndReason,
  ReplaceOutcome,
  StoredRecord,
} from '../../lib/providers/atomic-session-store.js';
import type { MaybePromise, ProviderContext } from '../../lib/providers/session-provider.js';

/** A provider over any store: how a broken one gets into an app. */
export class StoreProvider extends AtomicSessionProvider {
  constructor(
    readonly store: AtomicSessionStore,
    context: Partial<ProviderContext> = {},
  ) {
    super(context);
  }

  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.store.load(id);
  }

  override create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    return this.store.create(id, text, deadline);
  }

  override replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome> {
    return this.store.replace(id, etag, text, deadline);
  }

  override touch(id: string, deadline: number): MaybePromise<void> {
    return this.store.touch(id, deadline);
  }

  override end(id: string, reason: EndReason): MaybePromise<boolean> {
    return this.store.end(id, reason);
  }
}
