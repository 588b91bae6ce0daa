/** A promise that a test settles by hand, at the moment that the interleaving asks for. */
export class Deferred<T = void> {
  resolve!: (value: T) => void;
  reject!: (reason: Error) => void;

  readonly promise: Promise<T> = new Promise((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** Lets everything that can go on without an answer from outside go on. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
