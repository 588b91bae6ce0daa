import { type ConfigProblem, invalidConfiguration } from '../../errors/configuration.js';
import type { SessionValueRecord } from '../session-provider.js';
import { parseByteSize } from './byte-size.js';

/** What `session.config` of an {@link InMemorySessionProvider} says. */
export interface InMemoryOptions {
  /**
   * The most records at a time, 1 to 16777216. Default 100000. Too low signs active users out, as the least recently used go first;
   * each costs 29 bytes of address space from the start.
   */
  readonly maxRecords: number;
  /**
   * The most bytes of records at a time, as {@link sizeOf} counts them: a number, or text such as `256MiB`. Default 256 MiB. More
   * than half of Node's `--max-old-space-size` risks that the process runs out of memory before the limit bites.
   */
  readonly maxBytes: number;
}

const DEFAULTS: InMemoryOptions = { maxRecords: 100_000, maxBytes: 256 * 1024 * 1024 };
const MOST_RECORDS = 2 ** 24;

interface Option {
  readonly parse: (value: unknown) => number | undefined;
  readonly wanted: string;
  readonly example: string;
}

const OPTIONS: Readonly<Record<keyof InMemoryOptions, Option>> = {
  maxRecords: {
    parse: (value) => (isWhole(value) && value >= 1 && value <= MOST_RECORDS ? value : undefined),
    wanted: `a whole number from 1 to ${MOST_RECORDS}`,
    example: '100000',
  },
  maxBytes: { parse: parseByteSize, wanted: 'a number of bytes, or text such as 256MiB', example: '256MiB' },
};

/** Both spellings of each option: YAML writes `max_records`, TypeScript `maxRecords`. */
const NAMES: ReadonlyMap<string, keyof InMemoryOptions> = new Map([
  ['max_records', 'maxRecords'],
  ['maxRecords', 'maxRecords'],
  ['max_bytes', 'maxBytes'],
  ['maxBytes', 'maxBytes'],
]);

/**
 * Reads `session.config`.
 *
 * @throws SessionError CONFIG_INVALID with every unknown key, wrong value and option that is given twice.
 */
export function parseInMemoryOptions(config: SessionValueRecord): InMemoryOptions {
  const problems: ConfigProblem[] = [];
  const options: Partial<Record<keyof InMemoryOptions, number>> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = NAMES.get(key);
    const parsed = name && OPTIONS[name].parse(value);
    if (name === undefined) problems.push(unknownOption(key));
    else if (parsed === undefined) problems.push(wrongValue(key, value, OPTIONS[name]));
    else if (options[name] !== undefined) problems.push(givenTwice(key));
    else options[name] = parsed;
  }
  if (problems.length > 0) throw invalidConfiguration(problems);
  return { ...DEFAULTS, ...options };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

const unknownOption = (key: string): ConfigProblem => ({
  key: `session.config.${key}`,
  seen: 'no option of InMemorySessionProvider',
  wanted: 'max_records or max_bytes',
  fix: 'correct the name, or remove it',
});

const wrongValue = (key: string, value: unknown, { wanted, example }: Option): ConfigProblem => ({
  key: `session.config.${key}`,
  seen: describe(value),
  wanted,
  fix: `write ${key}: ${example}`,
});

const givenTwice = (key: string): ConfigProblem => ({
  key: `session.config.${key}`,
  seen: 'given in both spellings',
  wanted: 'one of them',
  fix: 'keep the snake_case one in YAML, the camelCase one in TypeScript',
});

/** Numbers, booleans and short texts as they are; of anything else only what it is, it may be a secret in the wrong place. */
function describe(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return value.length <= 16 ? JSON.stringify(value) : `text of ${value.length} characters`;
  if (value === null || typeof value === 'boolean' || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
