/** At most this many ids are remembered, about 2 MB; the oldest half is forgotten first. */
const MAX_IDS = 16_384;

/** Tells the first time that an id is asked about from every later one, for as long as it is remembered. */
export class FirstTimes {
  #recent = new Set<string>();
  #former = new Set<string>();

  constructor(private readonly limit: number = MAX_IDS) {}

  first(id: string): boolean {
    if (this.#recent.has(id) || this.#former.has(id)) return false;
    if (this.#recent.size >= this.limit / 2) {
      this.#former = this.#recent;
      this.#recent = new Set();
    }
    this.#recent.add(id);
    return true;
  }
}
