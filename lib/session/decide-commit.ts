/** What is known about a session when it is to be committed. */
export interface CommitFacts {
  /** The store has a record of it. */
  readonly stored: boolean;
  /** The renewal timeout has come. */
  readonly rotated: boolean;
  /** A value differs from the record, or an eager session has no record yet. */
  readonly changed: boolean;
  /** The client came back with a rotated token for the first time. */
  readonly confirming: boolean;
  /** The touch interval has passed since the record was last written or touched. */
  readonly stale: boolean;
}

export type Commit = 'nothing' | 'create' | 'update' | 'confirm' | 'touch' | 'rotate';

/**
 * Decides what a session costs the store. The first row that holds wins.
 *
 * | state                | commit       | cookie  |
 * |----------------------|--------------|---------|
 * | rotated, stored      | `rotate`     | new     |
 * | changed, stored      | `update`     | kept    |
 * | changed, not stored  | `create`     | new     |
 * | confirming, stored   | `confirm`    | kept    |
 * | stale, stored        | `touch`      | kept    |
 * | otherwise            | `nothing`    | kept    |
 *
 * `rotate` carries the changed values in the same write. `login()`, `regenerate()` and `invalidate()` commit when they are called, so
 * nobody asks about them here. A session that nobody wrote to is never created, so crawlers cost no storage.
 */
export function decideCommit(facts: CommitFacts): Commit {
  if (facts.stored && facts.rotated) return 'rotate';
  if (facts.changed) return facts.stored ? 'update' : 'create';
  if (!facts.stored) return 'nothing';
  if (facts.confirming) return 'confirm';
  return facts.stale ? 'touch' : 'nothing';
}
