import { type ConfigProblem, problemsOf } from '../errors/configuration.js';
import type { SessionSettings } from './settings.js';

/**
 * Finds what is fine alone and makes no sense together.
 *
 * Returns problems, or throws CONFIG_INVALID as the constructors of the built-in classes do; either way they join the one error.
 * A problem may use either name of an option and leave `file` empty: both are filled in from where the option was decided.
 *
 * @param sound whether nothing was wrong with an option, or below it. One that was wrong is at its default here.
 */
export type SettingsCheck = (
  settings: SessionSettings,
  sound: (option: string) => boolean,
) => readonly ConfigProblem[];

/** The findings of a check, however it reports them. Any error but CONFIG_INVALID goes on. */
export function runCheck(
  check: SettingsCheck,
  settings: SessionSettings,
  sound: (option: string) => boolean,
): readonly ConfigProblem[] {
  try {
    return check(settings, sound);
  } catch (error) {
    const problems = problemsOf(error);
    if (!problems) throw error;
    return problems;
  }
}
