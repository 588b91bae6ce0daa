import type { ConfigProblem } from '../errors/configuration.js';
import type { Environment } from './environment.js';
import { interpolate } from './interpolate.js';
import { optionRow } from './option-table.js';
import { isMap, type YamlMap } from './yaml-document.js';

/** A part of the file as the schema may see it: a tree of its own, with the variables of the environment filled in. */
export interface FilledTree {
  readonly tree: YamlMap;
  /** The key paths whose text came, in part at least, from the environment: their values are never shown. */
  readonly fromEnvironment: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

/** A hundred times what a configuration has. Stops aliases that multiply (a few lines of YAML make billions of nodes). */
const MAX_NODES = 10_000;

/** Copies the sections of a file, fills in `${NAME}`, and refuses what no later step should meet: `__proto__`, circles, floods. */
export function fillTree(sections: YamlMap, env: Environment, file: string): FilledTree {
  const filler = new Filler(env, file);
  return {
    tree: filler.map(sections, ''),
    fromEnvironment: filler.fromEnvironment,
    problems: filler.problems,
  };
}

/** One walk through a tree. What it refuses is left out of the copy, and listed. */
class Filler {
  readonly fromEnvironment: Set<string> = new Set();
  readonly problems: ConfigProblem[] = [];
  readonly #above: unknown[] = [];
  #nodes = 0;

  constructor(
    private readonly env: Environment,
    private readonly file: string,
  ) {}

  map(map: YamlMap, path: string): YamlMap {
    return Object.fromEntries(
      Object.entries(map).flatMap(([key, value]) => {
        const at = path === '' ? key : `${path}.${key}`;
        if (key === '__proto__') return this.#refuse(at, PROTOTYPE);
        const filled = this.#value(value, at);
        return filled === undefined ? [] : [[key, filled]];
      }),
    );
  }

  #value(value: unknown, path: string): unknown {
    if (++this.#nodes > MAX_NODES) return this.#flooded(path);
    if (typeof value === 'string') return this.#text(value, path);
    if (typeof value !== 'object' || value === null) return value;
    if (this.#above.includes(value)) return void this.#refuse(path, CIRCLE);
    this.#above.push(value);
    const copy = Array.isArray(value)
      ? value.map((item, index) => this.#value(item, `${path}.${index}`))
      : isMap(value) && this.map(value, path);
    this.#above.pop();
    return copy;
  }

  #text(text: string, path: string): unknown {
    const result = interpolate(text, this.env);
    if ('text' in result) return result.used ? this.#fromEnvironment(result.text, path) : result.text;
    if ('malformed' in result) return void this.#refuse(path, MALFORMED);
    for (const name of new Set(result.missing)) this.#refuse(path, unset(name));
    return undefined;
  }

  #fromEnvironment(text: string, path: string): unknown {
    this.fromEnvironment.add(path);
    return optionRow(path)?.kind.fromText?.(text) ?? text;
  }

  /** Said once, however many nodes follow. */
  #flooded(path: string): undefined {
    if (this.#nodes === MAX_NODES + 1) this.#refuse(path, FLOOD);
  }

  #refuse(key: string, why: Pick<ConfigProblem, 'seen' | 'wanted' | 'fix'>): [] {
    this.problems.push({ file: this.file, key, ...why });
    return [];
  }
}

const PROTOTYPE = { seen: 'given', wanted: 'another key', fix: 'rename it; it would change every object' };
const CIRCLE = { seen: 'an alias of a value it is part of', wanted: 'a tree', fix: 'write the value out' };
const FLOOD = {
  seen: 'one value too many',
  wanted: `at most ${MAX_NODES} values, aliases counted each time`,
  fix: 'move large data to a file of its own',
};
const MALFORMED = {
  seen: 'a "${" that is no reference',
  wanted: '${NAME} or ${NAME:-default}',
  fix: 'correct it, or write $${ for a literal ${',
};

const unset = (name: string): Pick<ConfigProblem, 'seen' | 'wanted' | 'fix'> => ({
  seen: `\${${name}}, which is not set`,
  wanted: 'a variable that is set, or a default',
  fix: `set ${name} in the environment, or write \${${name}:-default}`,
});
