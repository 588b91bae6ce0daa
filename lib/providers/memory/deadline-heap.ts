import { NO_SLOT } from './slot-list.js';

/**
 * The deadlines of all records, and which of them comes first: a binary heap that knows where each slot stands.
 *
 * A heap that cannot take out its middle keeps an entry of every record that was evicted or ended until that record's deadline
 * comes, half an hour of a flood; this one holds exactly one entry a record, always.
 */
export class DeadlineHeap {
  readonly #deadlines: Float64Array;
  readonly #places: Int32Array;
  readonly #slots: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#deadlines = new Float64Array(capacity);
    this.#places = new Int32Array(capacity);
    this.#slots = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** The slot whose deadline is the earliest, or {@link NO_SLOT} when the heap is empty. */
  get first(): number {
    return this.#size === 0 ? NO_SLOT : this.#at(0);
  }

  /** Epoch milliseconds. Meaningless for a slot that is not in the heap. */
  deadlineOf(slot: number): number {
    return this.#deadlines[slot] ?? Infinity;
  }

  insert(slot: number, deadline: number): void {
    this.#deadlines[slot] = deadline;
    this.#rise(slot, this.#size++);
  }

  /** Gives a slot that is in the heap another deadline, earlier or later. */
  move(slot: number, deadline: number): void {
    const later = deadline > this.deadlineOf(slot);
    this.#deadlines[slot] = deadline;
    if (later) this.#sink(slot, this.#placeOf(slot));
    else this.#rise(slot, this.#placeOf(slot));
  }

  remove(slot: number): void {
    const place = this.#placeOf(slot);
    const last = this.#at(--this.#size);
    if (last === slot) return;
    if (this.deadlineOf(last) > this.deadlineOf(slot)) this.#sink(last, place);
    else this.#rise(last, place);
  }

  #rise(slot: number, from: number): void {
    const deadline = this.deadlineOf(slot);
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#at(parent);
      if (this.deadlineOf(above) <= deadline) break;
      this.#put(above, place);
      place = parent;
    }
    this.#put(slot, place);
  }

  #sink(slot: number, from: number): void {
    const deadline = this.deadlineOf(slot);
    let place = from;
    for (;;) {
      const child = this.#earlierChild(place);
      if (child >= this.#size || this.deadlineOf(this.#at(child)) >= deadline) break;
      this.#put(this.#at(child), place);
      place = child;
    }
    this.#put(slot, place);
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1;
    const right = left + 1;
    return right < this.#size && this.deadlineOf(this.#at(right)) < this.deadlineOf(this.#at(left))
      ? right
      : left;
  }

  #put(slot: number, place: number): void {
    this.#slots[place] = slot;
    this.#places[slot] = place;
  }

  #at(place: number): number {
    return this.#slots[place] ?? NO_SLOT;
  }

  #placeOf(slot: number): number {
    return this.#places[slot] ?? NO_SLOT;
  }
}
