import type { ConfigProblem } from '../../errors/configuration.js';
import { cookieContradictions } from './cookie-contradictions.js';
import { COOKIE_RULES } from './cookie-grammar.js';
import type { CookieSettings } from './cookie-settings.js';

/**
 * Everything that is wrong with the settings of the cookie, under the keys of the YAML file. Takes nothing for granted about their
 * types. A setting that breaks its own rule is left out when the others are held against each other.
 */
export function cookieProblems(settings: CookieSettings): ConfigProblem[] {
  const broken = SETTINGS.filter(
    (key) => settings[key] !== undefined && !COOKIE_RULES[key].accepts(settings[key]),
  );
  const sound = Object.fromEntries(
    Object.entries(settings).filter(([key]) => !broken.some((name) => name === key)),
  );
  return [
    ...broken.map((key) => problem(settings, key, COOKIE_RULES[key])),
    ...cookieContradictions(sound).map((found) => problem(settings, found.setting, found)),
  ];
}

const SETTINGS = Object.keys(COOKIE_RULES) as (keyof CookieSettings)[];

const problem = (
  settings: CookieSettings,
  setting: keyof CookieSettings,
  { wanted, fix }: Pick<ConfigProblem, 'wanted' | 'fix'>,
): ConfigProblem => ({
  key: `session.cookie.${snake(setting)}`,
  seen: shown(settings[setting]),
  wanted,
  fix,
});

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Short, and on one line: JSON escapes what controls a terminal or ends a line. */
const shown = (value: unknown): string => (JSON.stringify(value) ?? typeof value).slice(0, 60);
