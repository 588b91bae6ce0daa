import type { Subject } from '../subject.js';

/** The laws that can be checked without HTTP, in the order of docs/laws.md. */
export const LAW_IDS = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
  'V6',
  'C1',
  'C2',
  'C3',
  'C4',
  'C5',
  'C6',
  'C7',
  'D1',
  'D2',
  'D3',
  'D4',
  'R1',
  'R2',
  'R3',
  'R4',
  'T1',
  'T2',
  'T3',
  'P1',
  'P2',
  'P3',
  'F3',
  'F4',
  'F5',
] as const;

/** The name of a law, as in `docs/laws.md`. */
export type LawId = (typeof LAW_IDS)[number];

/**
 * What a subject must be able to do for a law to be checked on it.
 *
 * - `clock`: the store takes its time from the subject's clock, so that a check can travel.
 * - `opaque`: the store keeps any text, so that a check can leave one there that is corrupt.
 * - `bounded`: the store keeps at most `capacity` records.
 * - `principals`: the store knows whose sessions it holds (`KnowsPrincipals`).
 * - `everything`: the store can end all its sessions at once (`EndsEverything`).
 */
export type Capability = 'clock' | 'opaque' | 'bounded' | 'principals' | 'everything';

/** One sentence that a check can refute. A law has as many of them as it has sides. */
export interface Law {
  readonly id: LawId;
  readonly name: string;
  readonly needs: readonly Capability[];
  /** Rejects when the law is broken. Has the subject for itself. */
  check(subject: Subject): Promise<void>;
}
