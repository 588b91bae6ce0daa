import { illegalValue } from '../../errors/use.js';

/** Where the values of a session object are: in the session, or what is left of one that went on under another object. */
export interface ObjectValues {
  has(key: string): boolean;
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
  delete(key: string): unknown;
  keys(): Iterable<string>;
}

/** The members of express-session. They belong to every session, so that no value can take their place. */
const MEMBERS: ReadonlySet<string> = new Set([
  'id',
  'cookie',
  'regenerate',
  'save',
  'reload',
  'destroy',
  'touch',
  'resetMaxAge',
]);

/**
 * Lets an object look as if its values were its own properties. What enumerates is the values and `cookie`, as in express-session.
 *
 * A name means a member of express-session, then a value, then what the object has besides, such as `get` or `toString`.
 */
export class ValueTraps<Target extends object> implements ProxyHandler<Target> {
  /** @param values asked for at each use. */
  constructor(private readonly values: () => ObjectValues) {}

  get(target: Target, key: string | symbol): unknown {
    if (this.#isValue(key)) return this.values().get(key);
    const member: unknown = Reflect.get(target, key, target);
    return typeof member === 'function' && isOwnMethod(target, key) ? member.bind(target) : member;
  }

  set(_target: Target, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'symbol') throw illegalValue(String(key), 'a symbol as a key', 'name it by a string.');
    if (key === 'cookie') return true;
    if (MEMBERS.has(key)) throw illegalValue(key, 'a value in the place of a method', 'choose another name.');
    if (value === undefined) this.values().delete(key);
    else this.values().set(key, value);
    return true;
  }

  has(target: Target, key: string | symbol): boolean {
    return this.#isValue(key) || Reflect.has(target, key);
  }

  deleteProperty(_target: Target, key: string | symbol): boolean {
    if (this.#isValue(key)) this.values().delete(key);
    return typeof key === 'symbol' || !MEMBERS.has(key);
  }

  ownKeys(): string[] {
    return ['cookie', ...[...this.values().keys()].filter((key) => !MEMBERS.has(key))];
  }

  getOwnPropertyDescriptor(target: Target, key: string | symbol): PropertyDescriptor | undefined {
    if (key !== 'cookie' && !this.#isValue(key)) return undefined;
    return { value: this.get(target, key), writable: true, enumerable: true, configurable: true };
  }

  defineProperty(target: Target, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    return 'value' in descriptor && this.set(target, key, descriptor.value);
  }

  /** An object of this kind stays as it is: what is below it is no value of the session. */
  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  #isValue(key: string | symbol): key is string {
    return typeof key === 'string' && !MEMBERS.has(key) && this.values().has(key);
  }
}

/** Methods that need their target behind the proxy; those of `Object.prototype` look at the properties of the proxy. */
const isOwnMethod = (target: object, key: string | symbol): boolean =>
  key !== 'constructor' && Object.hasOwn(Object.getPrototypeOf(target) as object, key);
