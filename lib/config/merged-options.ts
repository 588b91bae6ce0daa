import type { ConfigProblem } from '../errors/configuration.js';
import { keyOf, type Layer, readLayer, shownIn, valueAt } from './layer.js';
import { OPTION_TABLE, optionRow, type OptionRow } from './option-table.js';

/** The built-in defaults, read through the same table as everything else. */
export const DEFAULTS: Layer = readLayer({
  name: 'the defaults',
  dialect: 'yaml',
  hidden: new Set(),
  tree: treeOf(OPTION_TABLE.map((row) => [row.yaml, row.default])),
});

/** All layers as one: of each option the value of the last layer that gives it. A `config` map counts as one value. */
export class MergedOptions {
  /** @param layers those that somebody wrote, the weakest first; the defaults come below them by themselves. */
  constructor(private readonly layers: readonly Layer[]) {}

  /** The value of an option by its path in `forRoot()`; `undefined` when nobody gave one and it has no default. */
  value(option: string): unknown {
    return (this.origin(option) ?? DEFAULTS).values.get(option);
  }

  /** The layer that decided; empty for a default. */
  origin(option: string): Layer | undefined {
    return this.layers.findLast(({ values }) => values.has(option));
  }

  /** The last layer that names a group of options, whether it gives one of them or not; empty when none does. */
  mentioning(group: string): Layer | undefined {
    return this.layers.findLast(({ dialect, tree }) => {
      const key = dialect === 'yaml' ? `session.${group}` : group;
      return valueAt(tree, key) !== undefined;
    });
  }

  /** All values as one tree, in the shape of `forRoot()`. */
  tree(): Record<string, unknown> {
    return treeOf(OPTION_TABLE.map((row) => [row.option, this.value(row.option)]));
  }

  /** Names the place where a problem's option was decided, in the words of that place. Takes either name of the option. */
  located(problem: ConfigProblem): ConfigProblem {
    const found = this.#rowAbove(problem.key);
    const origin = found && this.origin(found.row.option);
    if (!origin || problem.file !== undefined) return problem;
    const key = keyOf(found.row, origin.dialect) + found.below;
    const hidden = origin.hidden.has(key);
    const seen = hidden ? shownIn(origin, key, valueAt(origin.tree, key)) : problem.seen;
    return { ...problem, file: origin.name, key, seen };
  }

  /** The option that a key names, or the one whose map it is in. */
  #rowAbove(key: string): { readonly row: OptionRow; readonly below: string } | undefined {
    const exact = optionRow(key);
    if (exact) return { row: exact, below: '' };
    const row = OPTION_TABLE.find(({ yaml }) => key.startsWith(`${yaml}.`));
    return row && { row, below: key.slice(row.yaml.length) };
  }
}

/** Pairs of path and value as a tree; what is `undefined` is left out. */
function treeOf(pairs: readonly (readonly [path: string, value: unknown])[]): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [path, value] of pairs) {
    if (value === undefined) continue;
    const groups = path.split('.');
    const name = groups.pop() ?? path;
    let group = tree;
    for (const each of groups) group = (group[each] ??= {}) as Record<string, unknown>;
    group[name] = value;
  }
  return tree;
}
