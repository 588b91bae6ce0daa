import type { MaybePromise } from './session-provider.js';

/** A record as a store gives it back: the text that was written last, and until when it is live (epoch milliseconds). */
export interface StoredRecord {
  readonly text: string;
  readonly deadline: number;
}

/** `exists`: the id is taken, by a live record or by the tombstone of a dead one; nothing was written. */
export type CreateOutcome = 'ok' | 'exists';

/** `gone`: dead or absent, nothing was written. A record: it changed since it was loaded, this is what it is now. */
export type ReplaceOutcome = 'ok' | 'gone' | StoredRecord;

/** Why a session ends, for the log of the store and for events. */
export type EndReason = 'invalidated' | 'revoked' | 'evicted' | 'expired' | 'reused';

/**
 * How long, in milliseconds, a store keeps a record beyond its deadline, and a tombstone in the place of a dead one: as long as
 * a request that was admitted before may still be in flight.
 */
export const IN_FLIGHT_WINDOW_MS = 60_000;

/**
 * One commit protocol for every store: an opaque text, an etag, compare-and-swap. All merging lives above it.
 *
 * The first twelve characters of a text are its etag (`etagOf`). Ids are 22 characters of base64url, or what `newId` returns.
 * A rejected call means that the store failed; a missing or dead record is an answer, not an error.
 */
export interface AtomicSessionStore {
  /** The live record, or `undefined` when it is absent, dead, or its deadline has come (`now >= deadline`). Writes nothing. */
  load(id: string): MaybePromise<StoredRecord | undefined>;

  /** Writes a new record, or nothing when the id is taken. Only `create` creates. */
  create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome>;

  /**
   * Writes `text` if the record still has `etag`; a record that already has the etag of `text` answers `ok` as well, because a
   * client may send a write twice. A record whose deadline has passed is still replaced within {@link IN_FLIGHT_WINDOW_MS}.
   */
  replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome>;

  /** Moves the deadline, only ever to a later one. An absent or dead record stays so, and is no error. */
  touch(id: string, deadline: number): MaybePromise<void>;

  /**
   * Ends the session, for good: after the acknowledgement no load finds it and no write brings it back. Answers whether this call
   * was the one that ended it.
   */
  end(id: string, reason: EndReason): MaybePromise<boolean>;
}

/** A store that names its own records instead of taking a random id. */
export interface AssignsIds {
  newId(): MaybePromise<string>;
}

/** A store whose engine does not expire records by itself. */
export interface Sweeps {
  /** Removes up to `limit` records that are past their deadline and window. Answers how many it removed. */
  sweep(limit: number): MaybePromise<number>;
}

/** A store that can tell whether it works. */
export interface ReportsHealth {
  /** Settles when the store answers; rejects with the reason when it does not. */
  health(): MaybePromise<void>;
}

/** A store that needs something outside of the process before it can work: a file, a server, a table. */
export interface Opens {
  /**
   * Called at boot, before the app answers a request. What will never work as it is configured rejects with CONFIG_INVALID and the
   * fix; nothing stays open then. A second call has nothing left to do.
   */
  open(): MaybePromise<void>;
}

/** A store whose acknowledgement may be lost when the server that gave it is. */
export interface Confirms {
  /**
   * Called after a change of privilege (law R1). Settles when what was acknowledged up to now is as safe as the store is told to make
   * it, and rejects when it is not. An `end` does this by itself.
   */
  confirm(): MaybePromise<void>;
}

/** A store that can only read and write: the comparing is done in front of it, and reaches no further than one process. */
export interface SwapsInProcess {
  readonly cas: false;
}

/** A store that holds connections, files or timers. */
export interface Closes {
  /** Releases everything. Called once, after the last commit was acknowledged. */
  close(): MaybePromise<void>;
}

/** The capabilities beside the five operations; each is probed once, at boot. */
export type StoreCapabilities = Partial<
  AssignsIds & Opens & Sweeps & SwapsInProcess & Confirms & ReportsHealth & Closes
>;
