/** What a client sees in the place of an answer whose commit failed. */
export interface Failure {
  readonly statusCode: number;
  readonly body: string;
}

/** What the gate asks of the request whose response it holds. */
export interface GateKeeper {
  /** Commits before the first byte; `undefined` when there is nothing to wait for. */
  settle(statusCode: number): Promise<void> | undefined;
  /** Commits what a stream changed after the first byte; `undefined` when there is nothing to wait for. */
  settleLate(): Promise<void> | undefined;
  /** Writes our headers, after the commit and before the first byte. May be called again, when headers are added after that. */
  writeHeaders(): void;
  /** The commit failed before the first byte. */
  failure(error: unknown): Failure;
  /** The commit failed after the first byte: the connection is about to be cut. */
  cutOff(error: unknown): void;
}
