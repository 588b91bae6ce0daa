import type { SessionSettings } from '../config/settings.js';
import { BridgedSessionProvider } from '../providers/bridge/bridged-session-provider.js';
import { lawsNotHeld } from '../providers/four-method/laws-not-held.js';
import { classNameOf } from '../providers/structure.js';

/** What can be said of a provider without making one. */
export interface ProviderFacts {
  readonly name: string;
  /** The line of the log at boot about the laws that it cannot hold; empty when it holds all of them. */
  readonly lawsNotHeld?: string;
  /** Whether it can list and end the sessions of a principal. */
  readonly knowsPrincipals: boolean;
  /** Whether it can end all sessions at once. */
  readonly endsEverything: boolean;
}

/** @param provider a class, or an object as `forRoot()` may hold one. A class is not constructed: that might open something. */
export function providerFacts(provider: SessionSettings['sessionProvider']): ProviderFacts {
  const standIn: object =
    typeof provider === 'function' ? standInFor(provider.prototype as object) : provider;
  const degraded = lawsNotHeld(standIn);
  return {
    name: classNameOf(standIn),
    ...(degraded !== undefined && { lawsNotHeld: degraded }),
    knowsPrincipals: has(standIn, 'admit'),
    endsEverything: has(standIn, 'endEverything'),
  };
}

/** An object with the methods of a class and without its state. Whether a store can swap is state. */
const standInFor = (prototype: object): object =>
  Object.create(
    prototype,
    prototype instanceof BridgedSessionProvider ? { cas: { value: false } } : {},
  ) as object;

const has = (object: object, method: string): boolean =>
  typeof (object as Readonly<Record<string, unknown>>)[method] === 'function';
