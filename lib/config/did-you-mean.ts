/** The known name that somebody who wrote `name` most likely meant; empty when none is close. Case, `-` and `_` do not count. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  const ranked = known
    .map((each) => ({ each, distance: distance(wanted, plain(each)) }))
    .sort((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best && best.distance <= Math.min(2, Math.floor(best.each.length / 3)) ? best.each : undefined;
}

/** Nobody's slip is longer than this, and the distance costs the product of both lengths. */
const LONGEST = 40;
const plain = (name: string): string => name.slice(0, LONGEST).toLowerCase().replace(/[-_]/g, '');

/** Levenshtein: how many letters to insert, remove or replace. */
function distance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...left].entries()) {
    const line = [row + 1];
    for (let column = 0; column < right.length; column++) {
      const replaced = (above[column] ?? 0) + (letter === right[column] ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above[right.length] ?? 0;
}
