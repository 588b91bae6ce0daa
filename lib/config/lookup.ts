import * as v from 'valibot';
import type { ConfigProblem } from '../errors/configuration.js';
import { shapeOf } from './seen.js';
import type { LookupOptions, SessionOptions, ValueOptions } from './settings.js';

const filled = v.optional(v.pipe(v.string(), v.nonEmpty()));
const LOOKUP = {
  environment: filled,
  configFile: filled,
  directory: filled,
  importer: v.optional(v.function()),
};

/** The options of `forRoot()` in three parts: where to look, what YAML has no words for, and what stands beside the file. The caller's object stays as it is. */
export interface PartedOptions {
  /** Without what is wrong. */
  readonly lookup: LookupOptions;
  /** Checked by whoever uses it. */
  readonly values: ValueOptions;
  readonly inline: Readonly<Record<string, unknown>>;
  /** What a caller without a type checker got wrong about the look-up. */
  readonly problems: readonly ConfigProblem[];
}

export function partOptions(options: SessionOptions = {}): PartedOptions {
  const { environment, configFile, directory, importer, schema, migration, ...inline } = options;
  const lookup = { environment, configFile, directory, importer };
  const wrong = (Object.keys(lookup) as (keyof LookupOptions)[]).filter(
    (key) => !v.is(LOOKUP[key], lookup[key]),
  );
  const problems = wrong.map((key) => problem(key, lookup[key]));
  return {
    lookup: { ...lookup, ...Object.fromEntries(wrong.map((key) => [key, undefined])) },
    values: { schema, migration },
    inline,
    problems,
  };
}

const problem = (key: keyof LookupOptions, value: unknown): ConfigProblem => ({
  file: 'forRoot()',
  key,
  seen: shapeOf(value),
  wanted: key === 'importer' ? 'a function such as (url) => import(url)' : 'a text that is not empty',
  fix: 'correct it, or remove it',
});
