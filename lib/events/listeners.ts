/** Told something. What it answers is ignored, save that a promise may reject. */
type Listener<Told> = (told: Told) => unknown;

/**
 * Those who want to be told of one kind of thing.
 *
 * A listener is called at once, in the order in which listeners came; one that comes while others are told hears of the next thing. One
 * that throws or rejects reaches neither whoever tells nor the other listeners (law D4).
 */
export class Listeners<Told> {
  readonly #listeners = new Set<Listener<Told>>();

  /** @param onFailure told of a listener that failed. */
  constructor(private readonly onFailure: (told: Told, error: unknown) => void) {}

  /** Whether there are any: what nobody wants to know need not be found out. */
  get listening(): boolean {
    return this.#listeners.size > 0;
  }

  /** Answers how to stop. */
  subscribe(listener: Listener<Told>): () => void {
    const entry: Listener<Told> = (told) => listener(told);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Tells everybody. Never throws. */
  tell(told: Told): void {
    for (const listener of [...this.#listeners])
      if (this.#listeners.has(listener)) this.#call(listener, told);
  }

  #call(listener: Listener<Told>, told: Told): void {
    try {
      const answer = listener(told);
      if (answer !== undefined)
        Promise.resolve(answer).catch((error: unknown) => this.onFailure(told, error));
    } catch (error) {
      this.onFailure(told, error);
    }
  }
}
