import { channel } from 'node:diagnostics_channel';

/**
 * What happened to a session, without a value and without a token. Ids are public and safe to log; a principal is whatever the app
 * calls its users.
 *
 * - `created`, `regenerated`, `rotated`, `touched`, `login`: acknowledged by the store.
 * - `invalidated`, `revoked`, `evicted`, `expired`, `reuse-detected`: the session is dead; each once, by whoever ended it. `expired`
 *   is told when somebody presents the token of a session that is just past its time, or when a sweep clears it out, once a process;
 *   an engine that expires records by itself tells nobody. `reuse-detected`: a token came back that was rotated away long ago (law R3).
 * - `everything-revoked`: all sessions of the store are dead; they are not told one by one.
 * - `conflict`: another process changed the session at the same time; the commit goes on with what it is now.
 * - `malformed-token`, `unknown-token`: a client presented something that names no live session; the request went on anonymously.
 * - `ambiguous-cookie`: more than one live session in one `Cookie` header (cookie tossing); the request went on anonymously.
 * - `corrupt-record`: a record that this release cannot read counted as absent, or a key of it whose value cannot be read as missing.
 * - `refused-value`: the schema refuses what the record holds under a key, which counted as missing.
 * - `migrated`: the values of an earlier release of the app were brought up to date, and stored.
 * - `migration-failed`: `migrate()` threw, or answered what a session cannot hold; the values stay as they are.
 * - `dropped`: a session died while a request was under way; what the request changed was not saved.
 * - `late-write`: the session was changed after the response had begun, too late for a cookie.
 * - `unannounced-login`: the user key changed without `login()`.
 * - `outage`: a call to the store failed or did not return in time.
 */
export type SessionEvent =
  | { readonly type: SessionEventWithId; readonly id: string }
  | { readonly type: 'refused-value'; readonly id: string; readonly key: string }
  | { readonly type: 'login'; readonly id: string; readonly principal: string }
  | { readonly type: 'expired'; readonly id: string; readonly timeout: 'idle' | 'absolute' }
  | { readonly type: 'malformed-token' | 'ambiguous-cookie' | 'late-write' | 'everything-revoked' }
  | { readonly type: 'outage'; readonly operation: string; readonly error: unknown };

type SessionEventWithId =
  | 'created'
  | 'regenerated'
  | 'rotated'
  | 'touched'
  | 'invalidated'
  | 'revoked'
  | 'evicted'
  | 'reuse-detected'
  | 'conflict'
  | 'unknown-token'
  | 'corrupt-record'
  | 'migrated'
  | 'migration-failed'
  | 'dropped'
  | 'unannounced-login';

/** The name of an event, as `events.on()` takes it. */
export type SessionEventType = SessionEvent['type'];

/** The name of the `node:diagnostics_channel` on which every {@link SessionEvent} of the process is published. */
export const SESSION_CHANNEL = 'nestjs-sessions';

const sessions = channel(SESSION_CHANNEL);

/**
 * Publishes an event. A subscriber that throws does not reach the request (law D4): Node reports it as an uncaught exception of
 * the subscriber on the next tick.
 */
export function publish(event: SessionEvent): void {
  if (sessions.hasSubscribers) sessions.publish(event);
}
