import { isAtomicStore, nameOfProvider } from './provider-kind.js';

/** The laws that need a compare-and-swap which other processes respect. */
const NEED_SWAP = ['I1', 'C2', 'C3', 'C4', 'C6', 'D1', 'D3', 'R1', 'R2', 'T2'] as const;

/**
 * The line for the log at boot that says which laws a provider of just four methods cannot hold; `undefined` for one with the five
 * operations.
 */
export function lawsNotHeld(provider: unknown): string | undefined {
  if (isAtomicStore(provider)) return undefined;
  return (
    `${nameOfProvider(provider)} has the four methods only. With more than one process, laws ${NEED_SWAP.join(', ')} do not hold: ` +
    'writes of the same session at the same time may lose a change or undo a logout. C1 holds as far as updateSession() is ' +
    'atomic, and expired sessions stay until the provider removes them. See docs/write-a-provider.md.'
  );
}
