import type { SessionEvent } from '../events/session-event.js';
import type { Announcement, Watches } from '../providers/atomic-session-store.js';
import { isPromise } from './store-call.js';

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

/** Tells the other processes, where the store can. Nobody waits for it, and a failure is nobody's: see {@link Watches}. */
export function announce(store: Partial<Watches>, event: SessionEvent): void {
  const announcement = store.announce && announcementOf(event);
  if (!announcement) return;
  try {
    const told = store.announce?.(announcement);
    if (told !== undefined && isPromise(told)) told.catch(() => undefined);
  } catch {
    // As above.
  }
}
