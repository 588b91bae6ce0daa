/** Runs tasks one after the other; a failed one does not hold up the next. */
export class TaskLine {
  #last: Promise<void> | undefined;

  /** Settles, never rejects, when the tasks in line are done; `undefined` when there are none. */
  get busy(): Promise<void> | undefined {
    return this.#last;
  }

  async run<T>(task: () => Promise<T> | T): Promise<T> {
    const before = this.#last;
    const run = (async (): Promise<T> => {
      await before;
      return task();
    })();
    const last = run.then(
      () => undefined,
      () => undefined,
    );
    this.#last = last;
    try {
      return await run;
    } finally {
      if (this.#last === last) this.#last = undefined;
    }
  }
}
