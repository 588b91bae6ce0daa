interface Line<Left> {
  tail: Promise<Left | undefined>;
  /** How many tasks of this line have succeeded. */
  succeeded: number;
}

/**
 * Lets the commits of one session in this process run one after the other, so that only other processes can conflict. A commit
 * gets what the one before it left in the store, and saves the round trip of finding out.
 */
export class CommitQueue<Left> {
  readonly #lines = new Map<string, Line<Left>>();

  /** How many sessions have a commit under way. */
  get size(): number {
    return this.#lines.size;
  }

  /** How many commits of a session have succeeded since its line formed: whoever waits in it can see that it moves. */
  succeeded(id: string): number {
    return this.#lines.get(id)?.succeeded ?? 0;
  }

  /** @param task gets what the commit before it left, or `undefined` when there was none or it failed. */
  async run(
    id: string,
    task: (left: Left | undefined) => Promise<Left | undefined>,
  ): Promise<Left | undefined> {
    const line = this.#lines.get(id);
    const mine = line ? line.tail.then(task) : task(undefined);
    const tail = mine.catch(() => undefined);
    const current = line ?? { tail, succeeded: 0 };
    current.tail = tail;
    this.#lines.set(id, current);
    try {
      const left = await mine;
      current.succeeded += 1;
      return left;
    } finally {
      if (current.tail === tail) this.#lines.delete(id);
    }
  }
}
