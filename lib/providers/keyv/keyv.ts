/** A Keyv, as far as a bridge calls it: version 5 from 5.5, and version 6. */
export interface KeyvStore {
  /**
   * Unlike `get`, this rejects in version 5 when the adapter does. The value comes in an envelope; `undefined` for a missing one, and
   * in version 6 for a failure as well.
   */
  getRaw(key: string): Promise<unknown>;
  /** Answers `false` for a failure, and in version 5 `true` for some. @param ttl milliseconds from now. */
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  /** Answers `false` for a failure, and for a key that was not there. */
  delete(key: string): Promise<unknown>;
  /** Where the failures go. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
}
