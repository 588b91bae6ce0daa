import type { ConfigProblem } from '../errors/configuration.js';
import { weaknessOf } from './weak-secret.js';

/** The secrets of a configuration. `secrets` is to be used only when `problems` is empty. */
export interface SecretList {
  readonly secrets: readonly string[];
  readonly problems: readonly ConfigProblem[];
}

/** Where one secret may stand. The chapter's own key comes last, so that `csrf_secret` may stay for what its name says. */
const SINGLE_KEYS = ['secret', 'csrf_secret', 'csrfSecret'] as const;

const GENERATE =
  `make one with: node -e "console.log(require('node:crypto').randomBytes(32).toString('base64url'))" ` +
  'and hand it over through an environment variable';

/** Reads the secrets under the first key that is given: `secrets`, `secret`, then the chapter's `csrf_secret`. */
export function readSecrets(config: Readonly<Record<string, unknown>>): SecretList {
  const single = SINGLE_KEYS.find((key) => isGiven(config[key]));
  if (isGiven(config['secrets'])) {
    return single === 'secret' ? refused(BOTH) : readList(config['secrets']);
  }
  return single === undefined ? refused(NONE) : check([config[single]], () => single);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function readList(list: unknown): SecretList {
  if (!Array.isArray(list)) {
    return refused({
      key: 'secrets',
      seen: kindOf(list),
      wanted: 'a list of strings',
      fix: 'write secrets: [first, second]',
    });
  }
  return list.length === 0
    ? refused({ ...NONE, seen: 'an empty list' })
    : check(list, (index) => `secrets.${index}`);
}

function check(secrets: readonly unknown[], keyOf: (index: number) => string): SecretList {
  return {
    secrets: secrets.filter((secret) => typeof secret === 'string'),
    problems: secretProblems(secrets, 'auth.config', keyOf),
  };
}

/**
 * Every secret of a list that must not be used: weak, given twice, or no text at all (ATTACKS A49). Never shows any part of one.
 *
 * @param above the path of the map that the list stands in.
 * @param keyOf where a secret stands in that map, such as `secrets.0`.
 */
export const secretProblems = (
  secrets: readonly unknown[],
  above: string,
  keyOf: (index: number) => string,
): ConfigProblem[] =>
  secrets.flatMap((secret, index) => {
    const found = problemOf(secret, keyOf(secrets.indexOf(secret)), keyOf(index));
    return found ? [{ key: `${above}.${keyOf(index)}`, fix: GENERATE, ...found }] : [];
  });

type Finding = Pick<ConfigProblem, 'seen' | 'wanted'> & Partial<Pick<ConfigProblem, 'fix'>>;

function problemOf(secret: unknown, first: string, key: string): Finding | undefined {
  if (typeof secret !== 'string') return { seen: kindOf(secret), wanted: 'a string' };
  if (first !== key) {
    return {
      seen: `the same as ${first}`,
      wanted: 'a secret of its own',
      fix: 'remove one of the two',
    };
  }
  return weaknessOf(secret);
}

const NONE = { key: 'secrets', seen: 'missing', wanted: 'at least one secret', fix: GENERATE };

const BOTH = {
  key: 'secret',
  seen: 'given beside secrets',
  wanted: 'one of the two',
  fix: 'move it into the list; the first of secrets signs, all verify',
};

const refused = (problem: ConfigProblem): SecretList => ({
  secrets: [],
  problems: [{ ...problem, key: keyIn(problem.key) }],
});

const keyIn = (key: string): string => `auth.config.${key}`;

/** The kind of a value that may be a secret: never the value. */
const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a map'
        : `a ${typeof value}`;
