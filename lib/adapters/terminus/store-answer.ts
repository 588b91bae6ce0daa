import { performance } from 'node:perf_hooks';
import type { ReportsHealth } from '../../providers/atomic-session-store.js';
import type { SessionProvider } from '../../providers/session-provider.js';
import { withinTimeout } from '../../session/store-call.js';

/** How a store took the question whether it works. */
export interface StoreAnswer {
  /** False when the provider has no `health()`: nobody was asked then. */
  readonly checked: boolean;
  readonly latencyMs: number;
  /** Why it does not work: a code or the name of an error, never its message. Empty when it works. */
  readonly reason?: string;
}

/** Asks the store of a provider; never rejects. */
export async function askStore(provider: SessionProvider, timeoutMs: number): Promise<StoreAnswer> {
  const { health } = provider as SessionProvider & Partial<ReportsHealth>;
  if (!health) return { checked: false, latencyMs: 0 };
  const start = performance.now();
  const answer = (): Omit<StoreAnswer, 'reason'> => ({
    checked: true,
    latencyMs: Math.round((performance.now() - start) * 10) / 10,
  });
  try {
    await withinTimeout('health', timeoutMs, () => health.call(provider));
    return answer();
  } catch (error) {
    return { ...answer(), reason: reasonOf(error) };
  }
}

/** A code such as ECONNREFUSED or STORE_TIMEOUT, else the error's name. A message may hold a host, a user or a password. */
function reasonOf(error: unknown): string {
  const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown };
  const word = [code, name].find((each) => typeof each === 'string' && /^\w{1,40}$/.test(each));
  return typeof word === 'string' ? word : 'unknown';
}
