import { storeFailed } from '../errors/outage.js';
import { SessionError } from '../errors/session-error.js';
import { noPrincipalIndex } from '../errors/use.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  Announcement,
  AtomicSessionStore,
  Confirms,
  CreateOutcome,
  EndReason,
  KnowsPrincipals,
  OwnedRecord,
  ReplaceOutcome,
  StoreCapabilities,
  StoredRecord,
} from '../providers/atomic-session-store.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { newSessionId } from '../credentials/token.js';
import { isPromise } from './store-call.js';

/** A store whose every failure is STORE_FAILED, with the store's own error as its cause. */
export class GuardedStore implements AtomicSessionStore, Confirms {
  constructor(private readonly store: AtomicSessionStore & StoreCapabilities) {}

  /** The id of a new record: the store's own choice where it has one, 128 random bits otherwise. */
  newId(): MaybePromise<string> {
    const { store } = this;
    return store.newId ? guard('name', () => store.newId?.() ?? newSessionId()) : newSessionId();
  }

  load(id: string): MaybePromise<StoredRecord | undefined> {
    return guard('load', () => this.store.load(id));
  }

  create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    return guard('create', () => this.store.create(id, text, deadline));
  }

  replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome> {
    return guard('commit', () => this.store.replace(id, etag, text, deadline));
  }

  touch(id: string, deadline: number): MaybePromise<void> {
    return guard('touch', () => this.store.touch(id, deadline));
  }

  end(id: string, reason: EndReason): MaybePromise<boolean> {
    return guard('end', () => this.store.end(id, reason));
  }

  /** Writes what a login made of a session; a store without an index only writes it. */
  admit(write: AdmittedWrite, admission: Admission): MaybePromise<AdmitOutcome> {
    const { store } = this;
    return guard('login', () => store.admit?.(write, admission) ?? this.#admitUncounted(write));
  }

  /** @throws SessionError NO_PRINCIPAL_INDEX */
  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]> {
    return guard('list', () => this.#indexed().sessionsOf(principal));
  }

  /** @throws SessionError NO_PRINCIPAL_INDEX */
  endSessionsOf(principal: string, reason: EndReason, except?: string): MaybePromise<readonly string[]> {
    return guard('end all', () => this.#indexed().endSessionsOf(principal, reason, except));
  }

  /** @throws SessionError NO_PRINCIPAL_INDEX */
  endEverything(): MaybePromise<void> {
    const { store } = this;
    if (!store.endEverything) throw noPrincipalIndex('end all sessions at once');
    return guard('end everything', () => store.endEverything?.());
  }

  announce(announcement: Announcement): MaybePromise<void> {
    return guard('announce', () => this.store.announce?.(announcement));
  }

  confirm(): MaybePromise<void> {
    return guard('confirm', () => this.store.confirm?.());
  }

  #indexed(): KnowsPrincipals {
    const { store } = this;
    if (!store.sessionsOf || !store.endSessionsOf) throw noPrincipalIndex('find the sessions of a principal');
    return store as KnowsPrincipals;
  }

  async #admitUncounted({ id, etag, text, deadline }: AdmittedWrite): Promise<AdmitOutcome> {
    const outcome =
      etag === undefined
        ? await this.store.create(id, text, deadline)
        : await this.store.replace(id, etag, text, deadline);
    return outcome === 'ok' ? { evicted: [] } : outcome;
  }
}

function guard<T>(operation: string, call: () => MaybePromise<T>): MaybePromise<T> {
  const fail = (error: unknown): never => {
    throw error instanceof SessionError ? error : storeFailed(operation, error);
  };
  try {
    const result = call();
    return isPromise(result) ? Promise.resolve(result).catch(fail) : result;
  } catch (error) {
    return fail(error);
  }
}
