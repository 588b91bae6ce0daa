/** Where a call waits until a test lets it pass. */
export class Gate {
  /** Settled when the call has come to the gate. */
  readonly reached: Promise<void>;
  #reach!: () => void;
  #open!: () => void;
  readonly #opened: Promise<void>;

  constructor() {
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** Comes to the gate and waits for it to open. */
  async pass(): Promise<void> {
    this.#reach();
    await this.#opened;
  }

  /** Lets the call pass, whether it is there already or still to come. */
  open(): void {
    this.#open();
  }
}
