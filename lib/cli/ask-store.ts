import type { SessionSettings } from '../config/settings.js';
import { problemsOf } from '../errors/configuration.js';
import { makeCredentials, makeProvider } from '../nest/make-parts.js';
import { systemClock } from '../providers/clock.js';
import { asAtomicStore } from '../providers/four-method/as-atomic-store.js';
import type { AtomicStore } from '../providers/four-method/provider-kind.js';
import { withinTimeout } from '../session/store-call.js';

/** What the store said. */
export interface StoreHealth {
  readonly ok: boolean;
  readonly says: string;
}

/**
 * Makes the provider, asks whether its store answers within the operation timeout, and closes it. Nothing is written to a session.
 *
 * @throws SessionError CONFIG_INVALID when the provider says that it will never work like this.
 */
export async function askStore(settings: SessionSettings): Promise<StoreHealth> {
  try {
    return await healthOf(storeOf(settings), settings.operationTimeout);
  } catch (error) {
    if (problemsOf(error)) throw error;
    return { ok: false, says: `The store does not answer (${kindOf(error)}).` };
  }
}

function storeOf(settings: SessionSettings): AtomicStore {
  const credentials = makeCredentials(settings, systemClock);
  return asAtomicStore(makeProvider(settings, systemClock, credentials), systemClock);
}

async function healthOf(store: AtomicStore, timeoutMs: number): Promise<StoreHealth> {
  const { health } = store;
  if (!health) return { ok: true, says: 'The provider cannot tell whether its store answers.' };
  try {
    await withinTimeout('health', timeoutMs, () => health.call(store));
    return { ok: true, says: 'The store answers.' };
  } finally {
    await Promise.race([store.close?.(), passed(timeoutMs)]);
  }
}

/** What does not answer may not let itself be closed either. */
const passed = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

/** Its name or code: the message of a driver may hold the address and the password of the store. */
function kindOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  const kind = [code, name].find((each) => typeof each === 'string' && /^\w{1,60}$/.test(each));
  return typeof kind === 'string' ? kind : typeof error;
}
