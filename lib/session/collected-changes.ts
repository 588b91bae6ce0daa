import type { Segments } from '../record/record-text.js';

/** A change that was not committed yet. Compared by identity, so that a change made during a commit is not taken for committed. */
export type PendingChange = { readonly removed: true } | { readonly removed: false; readonly value: unknown };

export interface CollectedChange {
  /** The JSON of the new value; `undefined` when the key was removed. */
  readonly json: string | undefined;
  /** Empty when the change was made in place, in an object that was handed out. */
  readonly pending?: PendingChange;
}

/** The changes of a request at one instant, in a form that can be applied to whatever the record is by then. */
export class CollectedChanges {
  readonly #changes: ReadonlyMap<string, CollectedChange>;

  constructor(changes: ReadonlyMap<string, CollectedChange>) {
    this.#changes = changes;
  }

  get size(): number {
    return this.#changes.size;
  }

  entries(): Iterable<[string, CollectedChange]> {
    return this.#changes.entries();
  }

  /** The segments of `record` with these changes on top; keys that the request did not change stay as they are (law C2). */
  applyTo(record: Segments): Map<string, string> {
    const merged = new Map(record);
    for (const [key, { json }] of this.#changes) {
      if (json === undefined) merged.delete(key);
      else merged.set(key, json);
    }
    return merged;
  }
}
