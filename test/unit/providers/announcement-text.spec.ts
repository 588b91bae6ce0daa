import { describe, expect, it } from '@jest/globals';
import { announcementText, readAnnouncement } from '../../../lib/providers/announcement-text.js';
import type { Announcement } from '../../../lib/providers/atomic-session-store.js';

const ANNOUNCEMENTS: readonly Announcement[] = [
  { kind: 'ended', id: 'abc' },
  { kind: 'changed', id: 'abc' },
  { kind: 'everything' },
];

describe('the text of an announcement', () => {
  it.each(ANNOUNCEMENTS)('is read as it was written: %j', (announcement) => {
    expect(readAnnouncement(announcementText(announcement))).toEqual(announcement);
  });

  it.each(['', 'e', 'x', 'xabc', '**', '{"kind":"everything"}'])(
    'is not what somebody else sent: %j',
    (text) => {
      expect(readAnnouncement(text)).toBeUndefined();
    },
  );
});
