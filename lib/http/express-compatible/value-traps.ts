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
 * A name means a member of express-session, then a value, then one of `extras`, then what every object has, such as `toString`.
 */
export class ValueTraps<Target extends object> implements ProxyHandler<Target> {
  /**
   * @param values asked for at each use.
   * @param extras members that give way to a value of their name.
   */
  constructor(
    private readonly values: () => ObjectValues,
    private readonly extras: ReadonlySet<string>,
  ) {}

  get(target: Target, key: string | symbol): unknown {
    if (this.#isValue(key)) return this.values().get(key);
    if (typeof key === 'string' && !MEMBERS.has(key) && !this.extras.has(key))
      return Reflect.get(Object.prototype, key, target);
    const member: unknown = Reflect.get(target, key, target);
    return typeof member === 'function' && typeof key === 'string' ? member.bind(target) : member;
  }

  set(_target: Target, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'symbol') throw illegalValue(String(key), 'a symbol as a key', 'name it by a string.');
    if (key === 'cookie') return true;
    if (MEMBERS.has(key))
      throw illegalValue(key, 'anything in the place of a member', 'choose another name.');
    if (value === undefined) this.values().delete(key);
    else this.values().set(key, value);
    return true;
  }

  has(_target: Target, key: string | symbol): boolean {
    if (typeof key === 'string' && (MEMBERS.has(key) || this.extras.has(key))) return true;
    return this.#isValue(key) || key in Object.prototype;
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

  /** Whatever stands below the object is no value of the session. */
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
