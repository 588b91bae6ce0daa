import { limitExceeded } from '../errors/use.js';
import type { Segments } from '../record/record-text.js';
import { assertLegalValue, decodeValue, encodeValue } from '../record/value.js';
import type { ValueRules } from '../record/value-rules.js';
import type { ValueSchema } from '../record/value-schema.js';
import { type CollectedChange, CollectedChanges, type PendingChange } from './collected-changes.js';
import { isFlashKey } from './flash-messages.js';

/** An object that was handed out: changed in place when its line is no longer `json`. */
interface HandedOut {
  readonly value: object;
  readonly json: string;
}

const REMOVED: PendingChange = { removed: true };

/** Told of a key that counts as missing: its line cannot be read, or the schema refuses what it says. */
export type OnUnreadable = (key: string, why: 'corrupt' | 'refused') => void;

/**
 * The values of one session as one request sees them: what the record holds, overlaid by what the request changed.
 *
 * A key is parsed, and held against the schema, when it is first read. An object that was read is serialised once, at the commit, to
 * see whether it was changed in place; a value that nobody read costs nothing.
 */
export class SessionValues {
  #base: Segments;
  readonly #handedOut = new Map<string, HandedOut>();
  readonly #pending = new Map<string, PendingChange>();
  /** Lines that count as missing. They stay in the record, for a release that can read them, until somebody sets or removes the key. */
  readonly #unreadable = new Map<string, string>();
  /** Lines that the schema has seen, so that a value is not held against it at each read. */
  readonly #fitting = new Map<string, string>();

  constructor(
    base: Segments,
    private readonly rules: ValueRules,
    private readonly onUnreadable: OnUnreadable = () => undefined,
  ) {
    this.#base = base;
  }

  /** Under a schema this reads the key: one whose value it refuses is not there. */
  has(key: string): boolean {
    const pending = this.#pending.get(key);
    if (pending) return !pending.removed;
    const line = this.#base.get(key);
    if (line === undefined || this.#unreadable.get(key) === line) return false;
    return !this.#schemaOf(key) || this.get(key) !== undefined;
  }

  /** The value, or `undefined` when the key is missing. `undefined` is never a stored value, `null` is. */
  get(key: string): unknown {
    const pending = this.#pending.get(key);
    if (pending) return pending.removed ? undefined : pending.value;
    return this.#handedOut.get(key)?.value ?? this.#parse(key);
  }

  /** @throws SessionError ILLEGAL_VALUE, LIMIT_EXCEEDED; the key keeps what it had. */
  set(key: string, value: unknown): void {
    this.#assertLegal(key, value);
    if (!this.#isInRecord(key)) this.#assertRoom();
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
    for (const key of [...this.#base.keys(), ...this.#pending.keys()])
      if (!keep.includes(key)) this.delete(key);
  }

  get size(): number {
    if (!this.rules.schema && this.#unreadable.size === 0) return this.#sizeOfRecord();
    let size = 0;
    for (const _ of this.keys()) size += 1;
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
      this.#assertLegal(key, value);
      collected.set(key, { json: now });
    }
    for (const [key, pending] of this.#pending) {
      const json = pending.removed ? undefined : this.#encode(key, pending.value);
      if (json === this.#base.get(key)) this.#settle(key, json, pending);
      else collected.set(key, { json, pending });
    }
    return new CollectedChanges(collected);
  }

  /** Takes over what a commit left in the store. Changes made since `collected` stay pending. */
  adopt(base: Segments, collected: CollectedChanges): void {
    this.#base = base;
    for (const [key, { json, pending }] of collected.entries()) this.#settle(key, json, pending);
    for (const [key, { value, json }] of this.#handedOut) {
      const outdated = base.get(key) !== json;
      if (outdated && this.#stringify(key, value) === json) this.#handedOut.delete(key);
    }
  }

  /** Forgets every change, also those made in place, and starts from `base`. */
  reset(base: Segments): void {
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
    const line = this.#base.get(key);
    if (line === undefined || this.#unreadable.get(key) === line) return undefined;
    let value: unknown;
    try {
      value = decodeValue(line, this.rules);
    } catch {
      return this.#giveUp(key, line, 'corrupt');
    }
    if (!this.#fits(key, line, value)) return this.#giveUp(key, line, 'refused');
    if (isObject(value)) this.#handedOut.set(key, { value, json: line });
    return value;
  }

  #fits(key: string, line: string, value: unknown): boolean {
    const schema = this.#schemaOf(key);
    if (!schema || this.#fitting.get(key) === line) return true;
    if (!schema.fits(key, value)) return false;
    this.#fitting.set(key, line);
    return true;
  }

  #giveUp(key: string, line: string, why: 'corrupt' | 'refused'): undefined {
    this.#unreadable.set(key, line);
    this.onUnreadable(key, why);
  }

  /** How many keys the record has with the changes, whether they can be read or not. */
  #sizeOfRecord(): number {
    let size = this.#base.size;
    for (const [key, pending] of this.#pending) {
      if (pending.removed) size -= 1;
      else if (!this.#base.has(key)) size += 1;
    }
    return size;
  }

  #assertRoom(): void {
    const { keys } = this.rules;
    const size = this.#sizeOfRecord() + 1;
    if (size > keys) throw limitExceeded('session.limits.keys', `${size} keys`, String(keys));
  }

  #isInRecord(key: string): boolean {
    const pending = this.#pending.get(key);
    return pending ? !pending.removed : this.#base.has(key);
  }

  #assertLegal(key: string, value: unknown): void {
    assertLegalValue(key, value, this.rules);
    this.#schemaOf(key)?.assertFits(key, value);
  }

  /** A flash message has a key that no schema can know. */
  #schemaOf(key: string): ValueSchema | undefined {
    const { schema } = this.rules;
    return schema && !isFlashKey(key) ? schema : undefined;
  }

  /** An object may have changed since it was set. */
  #encode(key: string, value: unknown): string {
    const line = encodeValue(key, value, this.rules);
    if (isObject(value)) this.#schemaOf(key)?.assertFits(key, value);
    return line;
  }

  /** Beside a codec, JSON alone does not tell a date from its text. */
  #stringify(key: string, value: object): string {
    if (this.rules.codec) return encodeValue(key, value, this.rules);
    try {
      return JSON.stringify(value);
    } catch {
      return encodeValue(key, value, this.rules);
    }
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
