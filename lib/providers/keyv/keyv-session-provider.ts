import { unfitStore } from '../../errors/bridge.js';
import { BridgedSessionProvider } from '../bridge/bridged-session-provider.js';
import type { ProviderContext } from '../session-provider.js';
import { classNameOf, missingOf } from '../structure.js';
import type { KeyvStore } from './keyv.js';
import { KeyvPort } from './keyv-port.js';

const METHODS = ['getRaw', 'set', 'delete', 'on'] as const;

/**
 * Sessions in a Keyv, and so in anything that Keyv has an adapter for.
 *
 * To be extended by a class that a YAML file names; in code, {@link fromKeyv} is shorter.
 */
export class KeyvSessionProvider extends BridgedSessionProvider {
  /** @throws SessionError CONFIG_INVALID */
  constructor(keyv: KeyvStore, context: Partial<ProviderContext> = {}) {
    assertKeyv(keyv);
    super(new KeyvPort(keyv), context);
  }
}

/**
 * Makes a session provider of a Keyv. What is lost against a native provider stands in docs/providers/bridges.md, and in a line in the
 * log at boot.
 *
 * @param keyv one for sessions alone: from now on its failures are listened to, and then version 6 no longer throws them at others.
 * @param context for the four methods and the time; what is not given is as for `new` of any provider.
 * @throws SessionError CONFIG_INVALID for an object that is no Keyv, for a Keyv before 5.5, and for one that does not report errors.
 *
 * @example
 * ```ts
 * import Keyv from 'keyv';
 * import { SessionModule } from 'nestjs-sessions';
 * import { fromKeyv } from 'nestjs-sessions/keyv';
 *
 * SessionModule.forRoot({ sessionProvider: fromKeyv(new Keyv({ namespace: 'sessions' })) });
 * ```
 */
export const fromKeyv = (keyv: KeyvStore, context: Partial<ProviderContext> = {}): KeyvSessionProvider =>
  new KeyvSessionProvider(keyv, context);

function assertKeyv(keyv: unknown): void {
  const missing = missingOf(keyv, METHODS);
  if (missing.length > 0) {
    throw unfitStore({
      bridge: 'fromKeyv()',
      seen: `${classNameOf(keyv)} without ${missing.join(', ')}`,
      wanted: 'a Keyv from version 5.5',
      fix: 'pass new Keyv({ store: adapter, namespace }), not the adapter, of keyv@^5.5 or later',
    });
  }
  if (hidesErrors(keyv)) {
    throw unfitStore({
      bridge: 'fromKeyv()',
      seen: 'a Keyv with emitErrors: false',
      wanted: 'one that reports its errors, as an outage would look like a missing session',
      fix: 'remove emitErrors from its options',
    });
  }
}

const hidesErrors = (keyv: unknown): boolean =>
  (keyv as { readonly opts?: { readonly emitErrors?: unknown } }).opts?.emitErrors === false;
