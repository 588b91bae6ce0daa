/**
 * Lets the commits of one session in this process run one after the other, so that only other processes can conflict. A commit
 * gets what the one before it left in the store, and saves the round trip of finding out.
 */
export class CommitQueue<Left> {
  readonly #tails = new Map<string, Promise<Left | undefined>>();

  /** How many sessions have a commit under way. */
  get size(): number {
    return this.#tails.size;
  }

  /** @param task gets what the commit before it left, or `undefined` when there was none or it failed. */
  async run(
    id: string,
    task: (left: Left | undefined) => Promise<Left | undefined>,
  ): Promise<Left | undefined> {
    const before = this.#tails.get(id);
    const mine = before ? before.then(task) : task(undefined);
    const tail = mine.catch(() => undefined);
    this.#tails.set(id, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(id) === tail) this.#tails.delete(id);
    }
  }
}
