import type { SessionSettings } from '../config/settings.js';
import { problemsOf } from '../errors/configuration.js';
import { makeCredentials, makeProvider } from '../nest/make-parts.js';
import { systemClock } from '../providers/clock.js';
import { asAtomicStore } from '../providers/four-method/as-atomic-store.js';
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
  const credentials = makeCredentials(settings, systemClock);
  const store = asAtomicStore(makeProvider(settings, systemClock, credentials), systemClock);
  const { health } = store;
  if (!health) return { ok: true, says: 'The provider cannot tell whether its store answers.' };
  try {
    await withinTimeout('health', settings.operationTimeout, () => health.call(store));
    return { ok: true, says: 'The store answers.' };
  } catch (error) {
    if (problemsOf(error)) throw error;
    return { ok: false, says: `The store does not answer (${kindOf(error)}).` };
  } finally {
    await Promise.race([store.close?.(), passed(settings.operationTimeout)]);
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
