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
  const problems = secrets.flatMap((secret, index): ConfigProblem[] => {
    const found = problemOf(secret, secrets.indexOf(secret), index);
    return found ? [{ key: keyIn(keyOf(index)), fix: GENERATE, ...found }] : [];
  });
  return { secrets: secrets.filter((secret) => typeof secret === 'string'), problems };
}

type Finding = Pick<ConfigProblem, 'seen' | 'wanted'> & Partial<Pick<ConfigProblem, 'fix'>>;

function problemOf(secret: unknown, first: number, index: number): Finding | undefined {
  if (typeof secret !== 'string') return { seen: kindOf(secret), wanted: 'a string' };
  if (first !== index) {
    return {
      seen: `the same as secrets.${first}`,
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
