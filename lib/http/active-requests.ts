/** Counts what still may commit, so that a shutdown waits for it before it closes the store. */
export class ActiveRequests {
  #count = 0;
  #idle: (() => void)[] = [];

  /** Something began that may commit. Answers what to call, once, when it is over. */
  enter(): () => void {
    this.#count += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#count -= 1;
      if (this.#count === 0) this.#announce();
    };
  }

  /** Settles when nothing is active any more, or after `timeoutMs`: a handler that hangs does not hold up a shutdown for ever. */
  async idle(timeoutMs: number): Promise<void> {
    if (this.#count === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
  }

  #announce(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}
