/** Where values are read by key: a session, or a `Map`. */
export interface ValueSource {
  has(key: string): boolean;
  get(key: string): unknown;
}

/** Something is stored there; it may be `null`. */
export interface Found {
  readonly value: unknown;
}

/**
 * Reads a key or a dotted path; `undefined` when it is missing.
 *
 * A literal key wins: `feature.beta` is first a key of that name, then `beta` inside the object at `feature`. Only the first step
 * reads the session; the others descend through own properties of plain objects. Arrays, strings, names that a prototype
 * provides (`length`, `toString`, `__proto__`) and empty steps (`a..b`, `.a`, `a.`) lead nowhere. `undefined` counts as missing, as it
 * would be after a save; `null` is found.
 *
 * Stops at the first step that leads nowhere, so the work is bounded by the depth of the stored value, not by the path.
 */
export function readSessionKey(source: ValueSource, key: string): Found | undefined {
  if (source.has(key)) return found(source.get(key));
  const dot = key.indexOf('.');
  if (dot <= 0) return undefined;
  const head = key.slice(0, dot);
  return source.has(head) ? descend(source.get(head), key, dot + 1) : undefined;
}

function descend(from: unknown, path: string, start: number): Found | undefined {
  let value = from;
  for (let at = start; at <= path.length;) {
    const dot = path.indexOf('.', at);
    const end = dot < 0 ? path.length : dot;
    const name = path.slice(at, end);
    if (name === '' || !isPlainObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
    at = end + 1;
  }
  return found(value);
}

const found = (value: unknown): Found | undefined => (value === undefined ? undefined : { value });

/** Also for objects of another realm, whose prototype is not our `Object.prototype`. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
