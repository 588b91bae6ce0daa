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
  /**
   * The record, or `undefined` when it is absent or was ended. Writes nothing. One whose deadline has come (`now >= deadline`) may be
   * answered as long as the store still holds it: the caller judges, and can tell an expired session from an unknown one.
   */
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
  /** The id of the next record: 1 to 512 characters out of `A–Z a–z 0–9 - _`, never one that was given before. */
  newId(): MaybePromise<string>;
}

/** Told of a record that a sweep removed because its time was over; of `text`, at least its first line. */
export type OnExpired = (id: string, record: StoredRecord) => void;

/** A store whose engine does not expire records by itself. */
export interface Sweeps {
  /**
   * Removes up to `limit` records that are past their deadline and window, and tombstones past theirs. Answers how many it removed.
   *
   * @param onExpired called for each removed record, never for a tombstone; absent when nobody listens.
   */
  sweep(limit: number, onExpired?: OnExpired): MaybePromise<number>;
}

/** How a principal is admitted by a login. */
export interface Admission {
  readonly principal: string;
  /** The most live sessions that the principal may have, the one that logs in included. Empty: any number. */
  readonly limit?: number;
  /** What happens to a login beyond the limit: it is refused, or the session that logged in longest ago makes room. */
  readonly whenFull: 'reject' | 'evict-oldest';
}

/** The write of a login: as `create` when it has no `etag`, as `replace` when it has one. */
export interface AdmittedWrite {
  readonly id: string;
  readonly etag?: string;
  readonly text: string;
  readonly deadline: number;
}

/** The session was written, and is the principal's. */
export interface Admitted {
  /** The ids of the live sessions that made room for it; they are dead. */
  readonly evicted: readonly string[];
}

/** `full`: the principal has as many live sessions as it may; nothing was written. The others: as `create` and `replace` answer. */
export type AdmitOutcome = Admitted | 'full' | Exclude<CreateOutcome, 'ok'> | Exclude<ReplaceOutcome, 'ok'>;

/** A live record of a principal. */
export interface OwnedRecord extends StoredRecord {
  readonly id: string;
}

/**
 * A store that knows whose sessions it holds. Whose a session is, is said by `admit` and by nothing else: `create` and `replace` leave
 * it as it is.
 */
export interface KnowsPrincipals {
  /**
   * Writes a session and makes it the principal's, whoever's it was, in one step that no other login can come between: however many
   * run at once, the principal never has more live sessions than its limit (law P2). Re-login of a session that is the principal's
   * already takes no further place, and makes it the youngest.
   *
   * With a limit, sessions of the principal that are past their deadline are ended on the way, so that no late commit revives one
   * above the limit. A crash in the middle leaves the state before or after for everybody who looks, and no place taken for longer
   * than {@link IN_FLIGHT_WINDOW_MS}. Evicted sessions are ended before the new one is live.
   */
  admit(write: AdmittedWrite, admission: Admission): MaybePromise<AdmitOutcome>;

  /** Exactly the live sessions of the principal (law P1), those that logged in longest ago first. */
  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]>;

  /**
   * Ends the sessions of the principal but `except`, those included that are logging in while it runs and were not acknowledged
   * before it began to answer. Answers the ids of those that this call ended.
   */
  endSessionsOf(principal: string, reason: EndReason, except?: string): MaybePromise<readonly string[]>;
}

/** A store that can end all its sessions at once, in a time that does not depend on how many there are. */
export interface EndsEverything {
  /**
   * After the acknowledgement no session that was created before it is ever found or written again, in any process; those
   * created afterwards live.
   */
  endEverything(): MaybePromise<void>;
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

/** What a process tells the others: a session ended, or is not what it was; or all sessions ended. */
export type Announcement =
  { readonly kind: 'ended' | 'changed'; readonly id: string } | { readonly kind: 'everything' };

/** Who wants to hear what processes announce. */
export interface StoreWatcher {
  /** At most once for each announcement, in whatever order; the watcher looks at the store before it believes more than an end. */
  heard(announcement: Announcement): void;
  /** Something may have been announced that was not heard: a connection was lost and is back. */
  missed(): void;
}

/**
 * A store that can carry news between the processes that share it, so that a socket closes when its session ends somewhere else.
 * Sessions are looked at in turn where a store has not got this.
 */
export interface Watches {
  /**
   * Hears what every process announces, this one included or not, until it is stopped. A connection that is lost comes back by
   * itself. Called once an app, when its first socket opens; rejects when the store cannot be watched now, and is called again then.
   */
  watch(watcher: StoreWatcher): MaybePromise<() => MaybePromise<void>>;

  /**
   * Tells every process, in a fraction of a second. Called after the end was acknowledged, never awaited by a request; one that fails is
   * no error of the request, because watchers look for themselves now and then.
   */
  announce(announcement: Announcement): MaybePromise<void>;
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
  AssignsIds &
    Opens &
    Sweeps &
    SwapsInProcess &
    Confirms &
    KnowsPrincipals &
    EndsEverything &
    Watches &
    ReportsHealth &
    Closes
>;
