import * as v from 'valibot';
import type { ConfigProblem } from '../errors/configuration.js';
import { OPTION_TABLE, type OptionRow } from './option-table.js';
import { seenValue, shapeOf } from './seen.js';
import { unknownKeys } from './unknown-keys.js';
import { isMap, type YamlMap } from './yaml-document.js';

/** The two ways to write the same options: snake_case with units, or the camelCase tree of `forRoot()`. */
export type Dialect = 'yaml' | 'inline';

/** Where options come from, and how they are written there. */
export interface LayerSource {
  /** As problems show it: the file, or `forRoot()`. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly tree: YamlMap;
  /** Key paths whose values are never shown, because the environment gave them. */
  readonly hidden: ReadonlySet<string>;
}

/** The options of one source: typed, by their path in `forRoot()`. What is wrong is not in `values`, but in `problems`. */
export interface Layer extends LayerSource {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly ConfigProblem[];
}

/** Checks one source against the table of options: every unknown key and every wrong value is listed, the rest is typed. */
export function readLayer(source: LayerSource): Layer {
  const parsed = v.safeParse(SCHEMAS[source.dialect], source.tree);
  const wrong = new Set(parsed.issues?.map((issue) => v.getDotPath(issue) ?? ''));
  const problems = [
    ...unknownKeys(source.tree, source.dialect).map((found) => ({ file: source.name, ...found })),
    ...[...wrong].map((key) => wrongValue(source, key)),
  ];
  return { ...source, problems, values: soundValues(parsed.output, source.dialect, wrong) };
}

/** The path of a row in the words of a source. */
export const keyOf = (row: OptionRow, dialect: Dialect): string =>
  dialect === 'yaml' ? row.yaml : row.option;

/** A value as an error about this source may show it. */
export const shownIn = ({ hidden }: LayerSource, key: string, value: unknown): string =>
  hidden.has(key) ? `${shapeOf(value)} from the environment` : seenValue(key, value);

/** What a path leads to, also through a list; `undefined` as soon as a step is missing. Own properties only. */
export function valueAt(tree: unknown, path: string): unknown {
  let value = tree;
  for (const key of path.split('.')) {
    const holder = isMap(value) || Array.isArray(value) ? value : {};
    value = Object.hasOwn(holder, key) ? (holder as YamlMap)[key] : undefined;
  }
  return value;
}

function soundValues(
  output: unknown,
  dialect: Dialect,
  wrong: ReadonlySet<string>,
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const row of OPTION_TABLE) {
    const key = keyOf(row, dialect);
    const value = wrong.has(key) ? undefined : valueAt(output, key);
    if (value !== undefined) values.set(row.option, value);
  }
  return values;
}

function wrongValue(source: LayerSource, key: string): ConfigProblem {
  const row = OPTION_TABLE.find((each) => keyOf(each, source.dialect) === key);
  const value = valueAt(source.tree, key);
  if (row) {
    const seen = shownIn(source, key, value);
    return { file: source.name, key, seen, wanted: row.kind.wanted, fix: fixFor(row, source, value) };
  }
  const expected = { wanted: 'a map of options', fix: 'indent its options below it' };
  return { file: source.name, key, seen: shapeOf(value), ...expected };
}

function fixFor(row: OptionRow, { dialect, hidden }: LayerSource, value: unknown): string {
  const pitfall = dialect === 'yaml' && !hidden.has(row.yaml) ? row.kind.pitfall?.(value) : undefined;
  return pitfall ?? `write ${row.example ?? String(row.default)}`;
}

/** Unknown keys are not valibot's to find: its strict object stops at the first, and its rest lets `constructor` pass. */
function schemaOf(dialect: Dialect, prefix: string): v.GenericSchema {
  const entries: Record<string, v.GenericSchema> = {};
  for (const row of OPTION_TABLE) {
    const key = keyOf(row, dialect);
    if (!key.startsWith(prefix)) continue;
    const [name = '', ...below] = key.slice(prefix.length).split('.');
    entries[name] ??=
      below.length === 0 ? v.optional(row.kind[dialect]) : v.nullish(schemaOf(dialect, `${prefix}${name}.`));
  }
  return v.pipe(v.custom<Record<string, unknown>>(isMap), v.object(entries));
}

const SCHEMAS: Readonly<Record<Dialect, v.GenericSchema>> = {
  yaml: schemaOf('yaml', ''),
  inline: schemaOf('inline', ''),
};
