import { classNameOf } from '../structure.js';
import { isAtomicStore } from './provider-kind.js';

/** The laws that need a compare-and-swap which other processes respect. */
const NEED_SWAP = ['I1', 'C2', 'C3', 'C4', 'C6', 'D1', 'D2', 'D3', 'R1', 'R2', 'T2'] as const;

const AMONG_PROCESSES =
  `With more than one process, laws ${NEED_SWAP.join(', ')} do not hold: writes of the same session at the same time may lose a ` +
  'change or undo a logout.';

/**
 * The line for the log at boot that says which laws a provider cannot hold: one of just four methods, or a bridge to a store that
 * cannot compare and swap. `undefined` for one that holds them all.
 */
export function lawsNotHeld(provider: unknown): string | undefined {
  const name = classNameOf(provider);
  if (!isAtomicStore(provider)) {
    return (
      `${name} has the four methods only. ${AMONG_PROCESSES} C1 holds as far as updateSession() is atomic, and expired sessions ` +
      'stay until the provider removes them. See docs/write-a-provider.md.'
    );
  }
  return provider.cas === false
    ? `${name} bridges to a store that cannot compare and swap. ${AMONG_PROCESSES} See docs/providers/bridges.md.`
    : undefined;
}
