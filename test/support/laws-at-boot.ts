import { lawsNotHeld } from '../../lib/providers/four-method/laws-not-held.js';
import type { LawOutcome } from '../../lib/testing/index.js';

/** The laws of which a check failed. */
export const brokenIn = (outcomes: readonly LawOutcome[]): string[] => [
  ...new Set(outcomes.filter(({ result }) => result === 'broken').map(({ law }) => law.id)),
];

/** The laws that the line at boot says a provider cannot hold. */
export const namedAtBoot = (provider: unknown): string[] =>
  lawsNotHeld(provider)?.match(/\b[A-Z]\d\b/g) ?? [];
