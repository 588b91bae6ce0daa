import { hash } from 'node:crypto';
import { announcementText, readAnnouncement } from '../announcement-text.js';
import type { Announcement, StoreWatcher } from '../atomic-session-store.js';
import { Listening } from './listening.js';
import type { PostgresOptions } from './postgres-options.js';
import type { PostgresPool } from './postgres-pool.js';

/** The channel of a table: its name is cut to what PostgreSQL takes for a name. */
export const channelOf = ({ schema, table }: Pick<PostgresOptions, 'schema' | 'table'>): string =>
  `nestjs_sessions_${hash('sha256', `${schema}.${table}`, 'hex').slice(0, 32)}`;

export const announce = (
  pool: PostgresPool,
  options: PostgresOptions,
  announcement: Announcement,
): Promise<void> =>
  notify(pool, options, { channel: channelOf(options), text: announcementText(announcement) });

/** `NOTIFY`, by a statement that takes parameters. */
export async function notify(
  pool: PostgresPool,
  { timeout }: Pick<PostgresOptions, 'timeout'>,
  { channel, text }: { readonly channel: string; readonly text: string },
): Promise<void> {
  await pool.query({ text: 'SELECT pg_notify($1, $2)', values: [channel, text], query_timeout: timeout });
}

/** Hears what {@link announce} says; a connection that was lost comes back by itself. */
export async function watchAnnouncements(
  options: PostgresOptions,
  watcher: StoreWatcher,
): Promise<() => Promise<void>> {
  const heard = (text: string): void => {
    const announcement = readAnnouncement(text);
    if (announcement) watcher.heard(announcement);
  };
  const missed = (): void => watcher.missed();
  const listening = new Listening(options, [channelOf(options)], { heard, lost: missed, back: missed });
  await listening.start();
  return () => listening.stop();
}
