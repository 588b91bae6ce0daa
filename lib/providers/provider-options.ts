import { type ConfigProblem, invalidConfiguration } from '../errors/configuration.js';
import type { SessionValueRecord } from './session-provider.js';

/** How one option of a provider is read, and what is said when it cannot be. */
export interface ProviderOption<T> {
  /** Answers `undefined` for what the option cannot be. */
  parse(value: unknown): T | undefined;
  readonly wanted: string;
  /** What follows `name: ` in a line of YAML that works. Empty for an option that only code can give. */
  readonly example?: string;
  /** Whether not even a short value may be shown. */
  readonly secret?: boolean;
}

/** A row for each option, under its name in TypeScript; YAML has the same name in snake_case. */
export type ProviderOptionTable<Options> = {
  readonly [Name in keyof Options]-?: ProviderOption<NonNullable<Options[Name]>>;
};

/** What contradicts each other among options that are fine alone. */
export type Contradictions<Options> = (options: Partial<Options>) => readonly ConfigProblem[];

/**
 * Reads `session.config` of a built-in provider, in either spelling; what is not given is absent from the answer.
 *
 * @param provider the name of its class.
 * @throws SessionError CONFIG_INVALID with every unknown key, wrong value, option that is given twice, and contradiction.
 */
export function readProviderOptions<Options extends object>(
  provider: string,
  table: ProviderOptionTable<Options>,
  config: SessionValueRecord,
  contradictions: Contradictions<Options> = () => [],
): Partial<Options> {
  const problems: ConfigProblem[] = [];
  const options: Partial<Options> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = optionNamed(table, key);
    if (name === undefined) problems.push(unknownOption(provider, key, table));
    else if (options[name] !== undefined) problems.push(givenTwice(key));
    else {
      options[name] = table[name].parse(value);
      if (options[name] === undefined) problems.push(wrongValue(key, value, table[name]));
    }
  }
  if (problems.length === 0) problems.push(...contradictions(options));
  if (problems.length > 0) throw invalidConfiguration(problems);
  return options;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const optionNamed = <Options extends object>(
  table: ProviderOptionTable<Options>,
  key: string,
): keyof Options | undefined =>
  (Object.keys(table) as (keyof Options & string)[]).find((name) => name === key || snakeCase(name) === key);

const unknownOption = (provider: string, key: string, table: object): ConfigProblem => ({
  key: `session.config.${key}`,
  seen: `no option of ${provider}`,
  wanted: Object.keys(table)
    .map(snakeCase)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or '),
  fix: 'correct the name, or remove it',
});

const wrongValue = (
  key: string,
  value: unknown,
  { wanted, example, secret = false }: ProviderOption<unknown>,
): ConfigProblem => ({
  key: `session.config.${key}`,
  seen: describe(value, secret),
  wanted,
  fix: example === undefined ? `give it in forRoot({ config: { ${key} } })` : `write ${key}: ${example}`,
});

const givenTwice = (key: string): ConfigProblem => ({
  key: `session.config.${key}`,
  seen: 'given in both spellings',
  wanted: 'one of them',
  fix: 'keep the snake_case one in YAML, the camelCase one in TypeScript',
});

/** Numbers, booleans and short texts as they are; of anything else only what it is, it may be a secret in the wrong place. */
function describe(value: unknown, secret: boolean): string {
  if (typeof value === 'string')
    return value.length <= 16 && !secret ? JSON.stringify(value) : `text of ${value.length} characters`;
  if (value === null || value === undefined) return String(value);
  if (!secret && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
