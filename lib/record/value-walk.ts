import { types } from 'node:util';
import { quotedKey } from '../errors/one-line.js';
import { illegalValue, limitExceeded } from '../errors/use.js';
import type { ValueRules } from './value-rules.js';

/** What can carry a legal value: JSON, or only the codec. */
export type Carrier = 'json' | 'codec';

/** One depth-first walk through a value; remembers the path of keys and the objects above the one it looks at. */
export class ValueWalk {
  /** What carries all that was visited. */
  carrier: Carrier = 'json';
  readonly #path: string[];
  readonly #ancestors: object[] = [];
  #parts = 0;

  constructor(
    key: string,
    private readonly rules: ValueRules,
  ) {
    this.#path = [key];
  }

  /** @throws SessionError ILLEGAL_VALUE, LIMIT_EXCEEDED */
  visit(value: unknown): void {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
    if (typeof value === 'number') {
      if (!Number.isFinite(value) && !this.#isCarried(value))
        throw this.#illegal(String(value), 'store null, or the number as a string.');
      return;
    }
    if (typeof value === 'object') return this.#visitInside(value);
    if (!this.#isCarried(value)) throw this.#illegal(nameOf(value), instead(value));
  }

  #visitInside(value: object): void {
    this.#enter(value);
    if (Array.isArray(value)) this.#visitArray(value);
    else if (isPlain(value)) this.#visitObject(value);
    else if (this.#isCarried(value)) this.#visitCarried(value);
    else throw this.#illegal(nameOf(value), instead(value));
    this.#ancestors.pop();
  }

  #isCarried(part: unknown): boolean {
    if (!this.rules.codec?.carries(part)) return false;
    this.carrier = 'codec';
    return true;
  }

  #enter(value: object): void {
    if (this.#ancestors.includes(value)) throw this.#illegal('a cycle', 'store ids and look the objects up.');
    const { depth } = this.rules;
    if (this.#ancestors.length >= depth) {
      throw limitExceeded(
        'session.limits.depth',
        `more than ${depth} levels of nesting at ${quotedKey(this.#path[0] ?? '')}`,
        String(depth),
      );
    }
    this.#ancestors.push(value);
    if (this.rules.codec) this.#count();
  }

  /** A codec may write an object once that stands in many places: a short text could be a walk without an end. */
  #count(): void {
    this.#parts += 1;
    const { size } = this.rules;
    if (this.#parts > size)
      throw limitExceeded('session.limits.size', `more than ${size} objects`, `${size} bytes`);
  }

  #visitArray(value: readonly unknown[]): void {
    if (Object.keys(value).length !== value.length || Object.getOwnPropertySymbols(value).length > 0) {
      throw this.#illegal(
        'an array with holes or extra keys',
        'store null in the gaps, and plain items only.',
      );
    }
    for (const [index, item] of value.entries()) this.#descend(String(index), item);
  }

  #visitObject(value: object): void {
    if (Object.getOwnPropertySymbols(value).length > 0)
      throw this.#illegal('a symbol as a key', 'name the property by a string.');
    for (const name of Object.keys(value)) {
      const item = this.#read(value, name);
      if (item !== undefined) this.#descend(name, item);
    }
  }

  /** The path counts entries: a key of a map may be a value as any other. */
  #visitCarried(value: object): void {
    if (!types.isMap(value) && !types.isSet(value)) return;
    for (const [index, [key, item]] of [...value.entries()].entries()) {
      this.#descend(String(index), key);
      if (item !== key) this.#descend(String(index), item);
    }
  }

  #descend(name: string, item: unknown): void {
    this.#path.push(name);
    this.visit(item);
    this.#path.pop();
  }

  #read(value: object, name: string): unknown {
    try {
      return (value as Record<string, unknown>)[name];
    } catch {
      this.#path.push(name);
      throw this.#illegal('a getter that throws', 'store plain data.');
    }
  }

  #illegal(what: string, fix: string): Error {
    return illegalValue(this.#path.join('.'), what, fix);
  }
}

/** Works across realms, where `instanceof Object` does not. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  const root: unknown = Object.getPrototypeOf(prototype);
  return root === null && typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return value === undefined ? 'undefined' : `a ${typeof value}`;
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `an instance of ${name}`
    : 'an object that is not plain data';
}

const OR_A_CODEC = ', or set session.codec: devalue.';

function instead(value: unknown): string {
  if (typeof value === 'bigint') return `store it as a string${OR_A_CODEC}`;
  if (types.isDate(value)) return `store date.toISOString() or date.getTime()${OR_A_CODEC}`;
  if (types.isMap(value)) return `store Object.fromEntries(map)${OR_A_CODEC}`;
  if (types.isSet(value)) return `store an array: [...set]${OR_A_CODEC}`;
  return 'store plain data: null, strings, finite numbers, booleans, arrays and plain objects.';
}
