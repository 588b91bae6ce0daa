import { OPTION_TABLE } from './option-table.js';

/** Tells of an option, or of a group of options such as `timeouts`, whether none of the problems concerns it. */
export function soundness(problemKeys: readonly string[]): (option: string) => boolean {
  const broken = problemKeys.map(optionPath);
  return (option) => broken.every((path) => !overlap(path, option));
}

/** A key of the file as the path of its option. `session` itself is everything, which is the empty path. */
function optionPath(key: string): string {
  const row = OPTION_TABLE.find(({ yaml }) => key === yaml || key.startsWith(`${yaml}.`));
  return row ? row.option : key.replace(/^session(?:\.|$)/, '');
}

const overlap = (one: string, other: string): boolean =>
  one === '' || one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
