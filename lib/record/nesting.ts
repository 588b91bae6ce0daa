/** The deepest nesting that any configuration allows (`session.limits.depth`). */
const MAX_DEPTH = 512;

/**
 * Whether the JSON of a value is nested deeper than this library ever writes. `JSON.parse` reads any depth, but whoever stringifies or
 * walks through the result overflows the stack (ATTACKS A50).
 *
 * Counts the brackets first, in two searches; only where there are that many does it look at each character.
 */
export const isTooDeep = (json: string): boolean => hasManyBrackets(json) && depthOf(json) > MAX_DEPTH;

function hasManyBrackets(json: string): boolean {
  let found = 0;
  for (const bracket of ['[', '{']) {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
      found += 1;
      if (found > MAX_DEPTH) return true;
    }
  }
  return false;
}

function depthOf(json: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') quoted = !quoted;
    else if (quoted) at += char === '\\' ? 1 : 0;
    else if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === ']' || char === '}') depth -= 1;
  }
  return deepest;
}
