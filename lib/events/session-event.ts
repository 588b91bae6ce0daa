import { channel } from 'node:diagnostics_channel';

/**
 * What happened to a session, without a value and without a token. Ids are public and safe to log.
 *
 * - `created`, `invalidated`, `regenerated`: acknowledged by the store.
 * - `malformed-token`, `unknown-token`: a client presented something that names no live session; the request went on anonymously.
 * - `ambiguous-cookie`: more than one live session in one `Cookie` header (cookie tossing); the request went on anonymously.
 * - `corrupt-record`: a record that this release cannot read counted as absent.
 * - `dropped`: a session died while a request was under way; what the request changed was not saved.
 * - `outage`: a call to the store failed or did not return in time.
 * - `late-write`: the session was changed after the response had begun, too late for a cookie.
 */
export type SessionEvent =
  | {
      readonly type:
        'created' | 'invalidated' | 'regenerated' | 'unknown-token' | 'corrupt-record' | 'dropped';
      readonly id: string;
    }
  | { readonly type: 'malformed-token' | 'ambiguous-cookie' | 'late-write' }
  | { readonly type: 'outage'; readonly operation: string; readonly error: unknown };

/** The name of the `node:diagnostics_channel` on which every {@link SessionEvent} is published. */
export const SESSION_CHANNEL = 'nestjs-sessions';

const sessions = channel(SESSION_CHANNEL);

/**
 * Publishes an event. A subscriber that throws does not reach the request (law D4): Node reports it as an uncaught exception of
 * the subscriber on the next tick.
 */
export function publish(event: SessionEvent): void {
  if (sessions.hasSubscribers) sessions.publish(event);
}
