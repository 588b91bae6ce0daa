const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;

/**
 * Values by slot, in pages that appear as they are needed: slots that hold none cost nothing.
 *
 * One flat array would be copied whole each time it grows, tens of milliseconds at a million references.
 */
export class PagedColumn<Value> {
  readonly #pages: Value[][] = [];

  /** @param empty what a slot holds that was never set. */
  constructor(private readonly empty: Value) {}

  get(slot: number): Value {
    return this.#pages[slot >> PAGE_BITS]?.[slot & (PAGE - 1)] ?? this.empty;
  }

  set(slot: number, value: Value): void {
    const page = (this.#pages[slot >> PAGE_BITS] ??= Array.from({ length: PAGE }, () => this.empty));
    page[slot & (PAGE - 1)] = value;
  }
}
