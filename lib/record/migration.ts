/**
 * How values of an earlier release of the app become those of this one.
 *
 * A record that was written under a lower version, or before there was one, is brought up to date in memory when it is loaded, and stored
 * with the response of that request.
 */
export interface SessionMigration {
  /** The version of the values that this release writes: a whole number from 1, which only ever grows. */
  readonly version: number;
  /**
   * Answers the new values, from a copy of the old ones that it may change. A key that is not in them is removed.
   *
   * Synchronous, and without side effects: several requests and processes may run it for one session. When it throws, or answers what
   * the session cannot hold, the values stay as they are, with the event `migration-failed`, and the next load tries again.
   */
  migrate(old: Record<string, unknown>, context: MigrationContext): Readonly<Record<string, unknown>>;
}

/** Which session is migrated. */
export interface MigrationContext {
  /** The version of the record; 0 when it was written without one. */
  readonly from: number;
  /** The version of this release. */
  readonly to: number;
  readonly id: string;
  /** `null` while nobody has logged in. */
  readonly principal: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}
