import type { CredentialProvider } from '../credentials/credential-provider.js';
import type { AtomicSessionStore, StoreCapabilities } from '../providers/atomic-session-store.js';
import type { Clock } from '../providers/clock.js';
import type { SessionPolicy } from '../session/policy.js';
import { SessionManager, type SessionManagerParts } from '../session/session-manager.js';
import { Sessions } from '../session/sessions.js';
import { FaultInjectingStore } from './fault-injecting-store.js';
import { type LooseSessionType, OpenRequest } from './open-request.js';

/** What one instance of an app is made of. */
export interface AppInstanceParts extends Pick<SessionManagerParts, 'codec' | 'schema' | 'migration'> {
  readonly store: AtomicSessionStore & StoreCapabilities;
  readonly credentials: CredentialProvider;
  readonly clock: Clock;
  readonly policy: SessionPolicy;
  readonly sessionType: LooseSessionType | undefined;
}

/** One process of an app: its own manager with its own queue of commits, and its own way to the store, where faults can happen. */
export class AppInstance {
  readonly store: FaultInjectingStore;
  readonly manager: SessionManager;
  /** What an app injects to list and revoke. */
  readonly sessions: Sessions;

  constructor(private readonly parts: AppInstanceParts) {
    this.store = new FaultInjectingStore(parts.store);
    this.manager = new SessionManager({ ...parts, store: this.store });
    this.sessions = new Sessions(this.manager);
  }

  /** A request that comes in; its session is not loaded yet. */
  arrive(...presented: readonly string[]): OpenRequest {
    return new OpenRequest(this.manager, presented, this.parts.sessionType);
  }

  /** A request that comes in and loads its session. */
  async open(...presented: readonly string[]): Promise<OpenRequest> {
    const request = this.arrive(...presented);
    await request.session.load();
    return request;
  }
}
