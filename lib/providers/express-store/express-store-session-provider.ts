import { unfitStore } from '../../errors/bridge.js';
import { BridgedSessionProvider } from '../bridge/bridged-session-provider.js';
import type { ProviderContext } from '../session-provider.js';
import { classNameOf, missingOf } from '../structure.js';
import type { ExpressStore } from './express-store.js';
import { ExpressStorePort } from './express-store-port.js';

const METHODS = ['get', 'set', 'destroy'] as const;

/**
 * Sessions in a store that was made for express-session.
 *
 * To be extended by a class that a YAML file names; in code, {@link fromExpressStore} is shorter.
 */
export class ExpressStoreSessionProvider extends BridgedSessionProvider {
  /** @throws SessionError CONFIG_INVALID */
  constructor(store: ExpressStore, context: Partial<ProviderContext> = {}) {
    assertExpressStore(store);
    super(new ExpressStorePort(store), context);
  }
}

/**
 * Makes a session provider of any store for express-session. What is lost against a native provider stands in
 * docs/providers/bridges.md, and in a line in the log at boot.
 *
 * @param context for the four methods and the time; what is not given is as for `new` of any provider.
 * @throws SessionError CONFIG_INVALID for an object without `get`, `set` and `destroy`.
 *
 * @example
 * ```ts
 * import session from 'express-session';
 * import { SessionModule } from 'nestjs-sessions';
 * import { fromExpressStore } from 'nestjs-sessions/express-store';
 *
 * SessionModule.forRoot({ sessionProvider: fromExpressStore(new session.MemoryStore()) });
 * ```
 */
export const fromExpressStore = (
  store: ExpressStore,
  context: Partial<ProviderContext> = {},
): ExpressStoreSessionProvider => new ExpressStoreSessionProvider(store, context);

function assertExpressStore(store: unknown): void {
  const missing = missingOf(store, METHODS);
  if (missing.length === 0) return;
  throw unfitStore({
    bridge: 'fromExpressStore()',
    seen: `${classNameOf(store)} without ${missing.join(', ')}`,
    wanted: 'a store for express-session',
    fix:
      typeof store === 'function'
        ? 'pass an instance: new RedisStore({ client })'
        : 'pass the store that express-session would be given',
  });
}
