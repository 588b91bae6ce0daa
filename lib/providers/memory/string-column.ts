const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;

/**
 * Strings by slot, in pages that appear as they are needed.
 *
 * One flat array would be copied whole each time it grows, tens of milliseconds at a million references.
 */
export class StringColumn {
  readonly #pages: string[][] = [];

  /** The string of a slot; empty when it was never set. */
  get(slot: number): string {
    return this.#pages[slot >> PAGE_BITS]?.[slot & (PAGE - 1)] ?? '';
  }

  set(slot: number, value: string): void {
    const page = (this.#pages[slot >> PAGE_BITS] ??= Array.from({ length: PAGE }, () => ''));
    page[slot & (PAGE - 1)] = value;
  }
}
