import type { ConfigProblem } from '../errors/configuration.js';
import { closest } from './did-you-mean.js';
import { OPTION_TABLE } from './option-table.js';
import { shapeOf } from './seen.js';
import { isMap, type YamlMap } from './yaml-document.js';

const PATHS: Readonly<Record<'yaml' | 'inline', readonly string[]>> = {
  yaml: OPTION_TABLE.map(({ yaml }) => yaml),
  inline: OPTION_TABLE.map(({ option }) => option),
};

/** Every key that no option has. A free-form `config` is not looked into; a key without a value counts as absent in `forRoot()`. */
export function unknownKeys(tree: YamlMap, dialect: keyof typeof PATHS): ConfigProblem[] {
  return below(tree, '', PATHS[dialect]);
}

function below(tree: YamlMap, prefix: string, paths: readonly string[]): ConfigProblem[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const path = prefix + name;
    if (value === undefined || paths.includes(path)) return [];
    const isGroup = paths.some((known) => known.startsWith(`${path}.`));
    if (isGroup) return isMap(value) ? below(value, `${path}.`, paths) : [];
    return [unknown(path, value, paths)];
  });
}

function unknown(path: string, value: unknown, paths: readonly string[]): ConfigProblem {
  const prefix = path.slice(0, path.lastIndexOf('.') + 1);
  const siblings = namesBelow(prefix, paths);
  return {
    key: path,
    seen: `unknown (${shapeOf(value)})`,
    wanted: `one of ${siblings.join(', ')}`,
    fix: fixFor(path.slice(prefix.length), prefix, paths),
  };
}

/** A slip in the name, or the right name in the wrong place. */
function fixFor(name: string, prefix: string, paths: readonly string[]): string {
  const siblings = namesBelow(prefix, paths);
  const meant = closest(name, siblings) ?? paths.find((path) => closest(name, [lastOf(path)]) !== undefined);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return siblings.includes('config')
    ? 'correct the name, remove it, or move what the class wants below config'
    : 'correct the name, or remove it';
}

const namesBelow = (prefix: string, paths: readonly string[]): string[] => [
  ...new Set(
    paths
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length).split('.', 1).join('')),
  ),
];

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
