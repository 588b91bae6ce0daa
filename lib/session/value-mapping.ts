import type { SessionData, SessionKey, SessionShape } from './session-data.js';
import type { SessionValues } from './session-values.js';

/**
 * The mapping of a session: from keys to plain data, synchronous, in the manner of a `Map`.
 *
 * A missing key and a present `null` differ: `get` answers the fallback only for a missing key.
 */
export abstract class ValueMapping<Data extends object = SessionData> implements Iterable<
  [SessionKey<Data>, SessionShape<Data>[SessionKey<Data>]]
> {
  /** Where the values are, asked for at each use. */
  protected abstract get source(): SessionValues;

  /** The value of a key, or `undefined` when it is missing. An object that you change in place is saved. */
  get<Key extends SessionKey<Data>>(key: Key): SessionShape<Data>[Key] | undefined;
  /** The value of a key, or `fallback` when it is missing; a stored `null` is `null`. */
  get<Key extends SessionKey<Data>>(
    key: Key,
    fallback: Exclude<SessionShape<Data>[Key], undefined>,
  ): Exclude<SessionShape<Data>[Key], undefined>;
  get<Key extends SessionKey<Data>, Fallback>(
    key: Key,
    fallback: Fallback,
  ): Exclude<SessionShape<Data>[Key], undefined> | Fallback;
  get(key: string, fallback?: unknown): unknown {
    const value = this.source.get(key);
    return value === undefined ? fallback : value;
  }

  /** Sets a key to plain data. `undefined` removes it. */
  set<Key extends SessionKey<Data>>(key: Key, value: SessionShape<Data>[Key]): this {
    const values = this.source;
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    return this;
  }

  /** Whether the key is there, also when it holds `null`. Parses no value. */
  has(key: SessionKey<Data>): boolean {
    return this.source.has(key);
  }

  /** Removes a key; it stays removed. Answers whether it was there. */
  delete(key: SessionKey<Data>): boolean {
    return this.source.delete(key);
  }

  /** Removes every key that can be seen here; the session itself lives on. */
  clear(): void {
    this.source.retain([]);
  }

  /** Takes a value out: answers it and removes the key. */
  pull<Key extends SessionKey<Data>>(key: Key): SessionShape<Data>[Key] | undefined {
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  /** How many keys can be seen here. */
  get size(): number {
    return this.source.size;
  }

  /** The keys in the order in which they were first set. */
  *keys(): Generator<SessionKey<Data>, undefined> {
    for (const key of this.source.keys()) yield key as SessionKey<Data>;
    return undefined;
  }

  /** The values in the order of {@link keys}; each is parsed when it is its turn. */
  *values(): Generator<SessionShape<Data>[SessionKey<Data>], undefined> {
    for (const [, value] of this) yield value;
    return undefined;
  }

  /** Key and value, as in a `Map`. */
  *entries(): Generator<[SessionKey<Data>, SessionShape<Data>[SessionKey<Data>]], undefined> {
    const values = this.source;
    for (const key of values.keys()) {
      yield [key as SessionKey<Data>, values.get(key) as SessionShape<Data>[SessionKey<Data>]];
    }
    return undefined;
  }

  /** As {@link entries}: `for (const [key, value] of session)`. */
  [Symbol.iterator](): Generator<[SessionKey<Data>, SessionShape<Data>[SessionKey<Data>]], undefined> {
    return this.entries();
  }

  /** Calls `visit` for each entry, as a `Map` does: the value first. */
  forEach(
    visit: (value: SessionShape<Data>[SessionKey<Data>], key: SessionKey<Data>, session: this) => void,
  ): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  /** The values as a plain object. Change the session with `set`, not through it. */
  toObject(): Partial<SessionShape<Data>> {
    return Object.fromEntries(this.entries()) as Partial<SessionShape<Data>>;
  }
}
