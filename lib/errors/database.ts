import { type ConfigProblem, invalidConfiguration } from './configuration.js';
import type { SessionError } from './session-error.js';

/** What a provider needs and nobody installed. */
export interface MissingDriver {
  readonly key: string;
  readonly seen: string;
  /** Each of them would do. */
  readonly packages: readonly string[];
  /** What helps without a package. Empty when nothing does. */
  readonly orElse?: string;
}

export const missingDriver = ({ key, seen, packages, orElse }: MissingDriver): SessionError =>
  invalidConfiguration([
    {
      key,
      seen,
      wanted: `the package ${packages.join(' or ')}`,
      fix: [...packages.map((name) => `npm install ${name}`), ...(orElse ? [orElse] : [])].join(', or '),
    },
  ]);

/** A file, a server or a table that will not work as it is configured; found when it was opened, at boot. */
export const unusableDatabase = (problem: ConfigProblem, cause?: unknown): SessionError =>
  invalidConfiguration([problem], cause);
