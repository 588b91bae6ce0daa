import { notAProvider } from '../../errors/provider.js';
import { type Clock, systemClock } from '../clock.js';
import { classNameOf } from '../structure.js';
import { FourMethodStore } from './four-method-store.js';
import { type AtomicStore, isAtomicStore, isFourMethodProvider, missingMethodsOf } from './provider-kind.js';

/**
 * The store behind whatever was configured: the provider itself when it has the five operations, else a wrapper around its four
 * methods. To be called once a provider, at boot: the wrapper holds the queues of its sessions.
 *
 * @throws SessionError CONFIG_INVALID with the names of the methods that are missing.
 */
export function asAtomicStore(provider: unknown, clock: Clock = systemClock): AtomicStore {
  if (isAtomicStore(provider)) return provider;
  if (isFourMethodProvider(provider)) return new FourMethodStore(provider, clock);
  throw notAProvider(classNameOf(provider), missingMethodsOf(provider));
}
