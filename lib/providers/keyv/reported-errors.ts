import type { KeyvStore } from './keyv.js';

/**
 * What a Keyv reports as events instead of throwing it. An event does not say which call failed: it counts against every call that was
 * under way, as a doubt too many costs one 503, and one too few a logged-in user.
 */
export class ReportedErrors {
  #count = 0;
  #last: unknown;

  constructor(keyv: KeyvStore) {
    keyv.on('error', (error) => {
      this.#count += 1;
      this.#last = error;
    });
  }

  /** To be taken before a call. */
  mark(): number {
    return this.#count;
  }

  /** Throws the latest of what was reported since. */
  throwSince(mark: number): void {
    if (this.#count !== mark) throw this.#last;
  }
}
