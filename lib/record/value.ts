import { quotedKey } from '../errors/one-line.js';
import { illegalValue, limitExceeded } from '../errors/use.js';
import { isTooDeep } from './nesting.js';

/** Bounds of one session. What exceeds them is refused where it is set or, after a change in place, at the commit. */
export interface Limits {
  /** Bytes of the whole record, in UTF-8. Default 32 KiB. */
  readonly size: number;
  /** Number of keys. Default 256. */
  readonly keys: number;
  /** Levels of nesting inside one value. Default 32. */
  readonly depth: number;
}

/**
 * Refuses what JSON would drop or change without a word: functions, symbols, BigInt, NaN, `undefined` in an array, dates, maps,
 * sets, instances of classes, cycles. A property whose value is `undefined` counts as absent and is legal.
 *
 * @throws SessionError ILLEGAL_VALUE or LIMIT_EXCEEDED, with the path of keys that leads to the culprit.
 */
export function assertLegalValue(key: string, value: unknown, limits: Limits): void {
  new Walk(key, limits.depth).visit(value);
}

/** The JSON text of a legal value. */
export function encodeValue(key: string, value: unknown, limits: Limits): string {
  assertLegalValue(key, value, limits);
  return JSON.stringify(value);
}

/**
 * The value of a JSON text in a record.
 *
 * @throws SyntaxError for what is no JSON, and for what is nested deeper than this library writes
 */
export function decodeValue(json: string): unknown {
  if (isTooDeep(json)) throw new SyntaxError('The value is nested too deeply.');
  return JSON.parse(json);
}

/** One depth-first walk through a value; remembers the path of keys and the objects above the one it looks at. */
class Walk {
  readonly #path: string[];
  readonly #ancestors: object[] = [];

  constructor(
    key: string,
    private readonly maxDepth: number,
  ) {
    this.#path = [key];
  }

  visit(value: unknown): void {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
    if (typeof value === 'number') {
      if (!Number.isFinite(value))
        throw this.#illegal(String(value), 'store null, or the number as a string.');
      return;
    }
    if (typeof value !== 'object') throw this.#illegal(nameOf(value), instead(value));
    this.#enter(value);
    if (Array.isArray(value)) this.#visitArray(value);
    else this.#visitObject(value);
    this.#ancestors.pop();
  }

  #enter(value: object): void {
    if (this.#ancestors.includes(value)) throw this.#illegal('a cycle', 'store ids and look the objects up.');
    if (this.#ancestors.length >= this.maxDepth) {
      throw limitExceeded(
        'session.limits.depth',
        `more than ${this.maxDepth} levels of nesting at ${quotedKey(this.#path[0] ?? '')}`,
        String(this.maxDepth),
      );
    }
    this.#ancestors.push(value);
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
    if (!isPlain(value)) throw this.#illegal(nameOf(value), instead(value));
    if (Object.getOwnPropertySymbols(value).length > 0)
      throw this.#illegal('a symbol as a key', 'name the property by a string.');
    for (const name of Object.keys(value)) {
      const item = this.#read(value, name);
      if (item !== undefined) this.#descend(name, item);
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

function instead(value: unknown): string {
  if (typeof value === 'bigint') return 'store it as a string.';
  if (Object.prototype.toString.call(value) === '[object Date]')
    return 'store date.toISOString() or date.getTime().';
  if (Object.prototype.toString.call(value) === '[object Map]') return 'store Object.fromEntries(map).';
  if (Object.prototype.toString.call(value) === '[object Set]') return 'store an array: [...set].';
  return 'store plain data: null, strings, finite numbers, booleans, arrays and plain objects.';
}
