import { loadAll, YAMLException } from 'js-yaml';
import { type ConfigProblem, invalidConfiguration } from '../errors/configuration.js';
import type { ConfigFile } from './config-file.js';
import { shapeOf } from './seen.js';

/** A mapping of YAML. Look up own properties only: a key may be called `constructor`. */
export type YamlMap = Readonly<Record<string, unknown>>;

/**
 * Parses a configuration as YAML 1.2: no `yes`/`no`, no tags beyond the core schema, no key twice. An empty file is an empty map.
 *
 * Problems name line and column, never what stands there: it may be a secret with a wrong quote.
 *
 * @throws SessionError CONFIG_INVALID
 */
export function parseYaml({ text, shown }: ConfigFile): YamlMap {
  const [document, ...more] = documentsIn(text, shown);
  if (more.length > 0) {
    throw wrongDocument(shown, `${more.length + 1} documents`, 'keep one and remove the lines "---"');
  }
  if (document === undefined || document === null) return {};
  if (isMap(document)) return document;
  throw wrongDocument(shown, shapeOf(document), 'write "session:" and indent what belongs to it');
}

/** Whether a value came from a YAML mapping (or is an object that may stand for one). */
export const isMap = (value: unknown): value is YamlMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function documentsIn(text: string, shown: string): unknown[] {
  try {
    return loadAll(text);
  } catch (error) {
    const fault = error instanceof YAMLException ? error : new YAMLException('the parser failed');
    throw invalidConfiguration([syntaxProblem(fault, shown)]);
  }
}

function syntaxProblem({ reason, mark }: YAMLException, file: string): ConfigProblem {
  return {
    file,
    key: mark ? `line ${mark.line + 1}, column ${mark.column + 1}` : 'the file',
    seen: `not valid YAML (${withoutContent(reason)})`,
    wanted: 'YAML 1.2',
    fix: FIXES.find(([part]) => reason.includes(part))?.[1] ?? 'correct the syntax there',
  };
}

/** Reasons quote tags and aliases, and an unquoted secret that begins with `!` or `*` is read as one. */
const withoutContent = (reason: string): string => reason.split(/ ?(?:!<|"|: )/, 1).join('');

const FIXES: readonly (readonly [part: string, fix: string])[] = [
  ['duplicated mapping key', 'remove one of the two'],
  ['tab characters', 'indent with spaces'],
  ['alias', 'put a value that begins with * in quotes'],
  ['tag', 'put a value that begins with ! in quotes'],
  ['maxDepth', 'nest less'],
];

const wrongDocument = (file: string, seen: string, fix: string): Error =>
  invalidConfiguration([{ file, key: 'the file', seen, wanted: 'one map of sections', fix }]);
