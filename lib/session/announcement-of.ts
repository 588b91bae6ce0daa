import type { SessionEvent } from '../events/session-event.js';
import type { Announcement } from '../providers/atomic-session-store.js';

/** What other processes have to know of an event, because a socket may be open there; `undefined` when nothing. */
export function announcementOf(event: SessionEvent): Announcement | undefined {
  switch (event.type) {
    case 'invalidated':
    case 'revoked':
    case 'evicted':
    case 'reuse-detected':
      return { kind: 'ended', id: event.id };
    case 'regenerated':
    case 'login':
      return { kind: 'changed', id: event.id };
    case 'everything-revoked':
      return { kind: 'everything' };
    default:
      return undefined;
  }
}
