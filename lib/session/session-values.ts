import { assertLegalValue, decodeValue, encodeValue, type Limits } from '../record/value.js';
import { limitExceeded } from '../errors/use.js';
import { type CollectedChange, CollectedChanges, type PendingChange } from './collected-changes.js';

/** An object that was handed out: changed in place when its JSON is no longer `json`. */
interface HandedOut {
  readonly value: object;
  readonly json: string;
}

const REMOVED: PendingChange = { removed: true };

/**
 * The values of one session as one request sees them: what the record holds, overlaid by what the request changed.
 *
 * A key is parsed when it is first read. An object that was read is serialised once, at the commit, to see whether it was changed
 * in place; a value that nobody read costs nothing.
 */
export class SessionValues {
  #base: Map<string, string>;
  readonly #handedOut = new Map<string, HandedOut>();
  readonly #pending = new Map<string, PendingChange>();

  /** @param onCorrupt told when the JSON of a key cannot be parsed; the key then counts as missing. */
  constructor(
    base: Map<string, string>,
    private readonly limits: Limits,
    private readonly onCorrupt: () => void = () => undefined,
  ) {
    this.#base = base;
  }

  has(key: string): boolean {
    const pending = this.#pending.get(key);
    if (pending) return !pending.removed;
    return this.#base.has(key);
  }

  /** The value, or `undefined` when the key is missing. `undefined` is never a stored value, `null` is. */
  get(key: string): unknown {
    const pending = this.#pending.get(key);
    if (pending) return pending.removed ? undefined : pending.value;
    return this.#handedOut.get(key)?.value ?? this.#parse(key);
  }

  /** @throws SessionError ILLEGAL_VALUE, LIMIT_EXCEEDED; the key keeps what it had. */
  set(key: string, value: unknown): void {
    assertLegalValue(key, value, this.limits);
    if (!this.has(key) && this.size >= this.limits.keys) {
      throw limitExceeded('session.limits.keys', `${this.size + 1} keys`, String(this.limits.keys));
    }
    this.#pending.set(key, { removed: false, value });
    this.#handedOut.delete(key);
  }

  /** Answers whether the key was there. */
  delete(key: string): boolean {
    const had = this.has(key);
    if (this.#base.has(key)) this.#pending.set(key, REMOVED);
    else this.#pending.delete(key);
    this.#handedOut.delete(key);
    return had;
  }

  /** Deletes every key but the kept ones. */
  retain(keep: readonly string[] | 'all'): void {
    if (keep === 'all') return;
    for (const key of [...this.keys()]) if (!keep.includes(key)) this.delete(key);
  }

  get size(): number {
    let size = this.#base.size;
    for (const [key, pending] of this.#pending) {
      if (pending.removed) size -= 1;
      else if (!this.#base.has(key)) size += 1;
    }
    return size;
  }

  /** Stored keys in the order of the record, then new ones in the order they were set. */
  *keys(): Generator<string, undefined> {
    for (const key of this.#base.keys()) if (this.has(key)) yield key;
    for (const [key, pending] of this.#pending) if (!pending.removed && !this.#base.has(key)) yield key;
    return undefined;
  }

  /**
   * What differs from the record now. Serialises each object that was read or set once. A key that was set to what the record
   * holds already is no change (law C5), now or later.
   */
  collect(): CollectedChanges {
    const collected = new Map<string, CollectedChange>();
    for (const [key, { value, json }] of this.#handedOut) {
      const now = this.#stringify(key, value);
      if (now === json || now === this.#base.get(key)) continue;
      assertLegalValue(key, value, this.limits);
      collected.set(key, { json: now });
    }
    for (const [key, pending] of this.#pending) {
      const json = pending.removed ? undefined : encodeValue(key, pending.value, this.limits);
      if (json === this.#base.get(key)) this.#settle(key, json, pending);
      else collected.set(key, { json, pending });
    }
    return new CollectedChanges(collected);
  }

  /** Takes over what a commit left in the store. Changes made since `collected` stay pending. */
  adopt(base: Map<string, string>, collected: CollectedChanges): void {
    this.#base = base;
    for (const [key, { json, pending }] of collected.entries()) this.#settle(key, json, pending);
    for (const [key, { value, json }] of this.#handedOut) {
      const outdated = base.get(key) !== json;
      if (outdated && this.#stringify(key, value) === json) this.#handedOut.delete(key);
    }
  }

  /** Forgets every change, also those made in place, and starts from `base`. */
  reset(base: Map<string, string>): void {
    this.#base = base;
    this.#pending.clear();
    this.#handedOut.clear();
  }

  /** Forgets every change, also those made in place. */
  discard(): void {
    this.reset(this.#base);
  }

  #settle(key: string, json: string | undefined, pending: PendingChange | undefined): void {
    if (!pending) {
      const handedOut = this.#handedOut.get(key);
      if (handedOut && json !== undefined) this.#handedOut.set(key, { value: handedOut.value, json });
      return;
    }
    if (this.#pending.get(key) !== pending) return;
    this.#pending.delete(key);
    if (!pending.removed && json !== undefined && isObject(pending.value)) {
      this.#handedOut.set(key, { value: pending.value, json });
    }
  }

  #parse(key: string): unknown {
    const json = this.#base.get(key);
    if (json === undefined) return undefined;
    try {
      const value = decodeValue(json);
      if (isObject(value)) this.#handedOut.set(key, { value, json });
      return value;
    } catch {
      this.#base.delete(key);
      this.onCorrupt();
      return undefined;
    }
  }

  #stringify(key: string, value: object): string {
    try {
      return JSON.stringify(value);
    } catch {
      return encodeValue(key, value, this.limits);
    }
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
