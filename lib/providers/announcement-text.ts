import type { Announcement } from './atomic-session-store.js';

const EVERYTHING = '*';
const KINDS = { e: 'ended', c: 'changed' } as const;

/** An announcement as a channel of a server carries it: one letter and an id, or a star. No secret is in it. */
export const announcementText = (announcement: Announcement): string =>
  announcement.kind === 'everything' ? EVERYTHING : `${announcement.kind.slice(0, 1)}${announcement.id}`;

/** What {@link announcementText} wrote; `undefined` for anything else that somebody may send on the channel. */
export function readAnnouncement(text: string): Announcement | undefined {
  if (text === EVERYTHING) return { kind: 'everything' };
  const kind = KINDS[text.slice(0, 1) as keyof typeof KINDS] as (typeof KINDS)['e' | 'c'] | undefined;
  const id = text.slice(1);
  return kind && id !== '' ? { kind, id } : undefined;
}
