import type { SessionEvent } from '../events/session-event.js';
import type { SessionMigration } from '../record/migration.js';
import type { RecordMeta } from '../record/meta.js';
import type { Segments } from '../record/record-text.js';
import { readableValues } from '../record/readable-values.js';
import { encodeValue } from '../record/value.js';
import type { ValueRules } from '../record/value-rules.js';
import { isFlashKey } from './flash-messages.js';
import type { LiveRecord } from './live-record.js';

/** What a migration works with. */
export interface MigrationGround {
  readonly rules: ValueRules;
  /** Empty: the app does not count the versions of its values. */
  readonly migration: SessionMigration | undefined;
  /** @throws SessionError LIMIT_EXCEEDED */
  readonly assertFits: (meta: RecordMeta, segments: Segments) => void;
  report(event: SessionEvent): void;
}

/** A record of an earlier release of the app with the values of this one. What cannot be migrated stays as it is (law F3). */
export function upToDate(live: LiveRecord, ground: MigrationGround): LiveRecord {
  const { migration } = ground;
  if (!migration || !isOutdated(live, migration)) return live;
  try {
    return migrated(live, { ...ground, migration });
  } catch {
    ground.report({ type: 'migration-failed', id: live.id });
    return live;
  }
}

/** Whether a record was written by an earlier release of the app. A later release's is left alone, also while both are running. */
const isOutdated = ({ record: { meta } }: LiveRecord, { version }: SessionMigration): boolean =>
  (meta.schemaVersion ?? 0) < version;

/**
 * The record with the values of this release, to be committed as a whole under the etag of the old one: whoever migrates it second gets
 * a conflict, and finds it migrated.
 *
 * @throws whatever the migration throws, and SessionError ILLEGAL_VALUE or LIMIT_EXCEEDED for what it made
 */
function migrated(
  live: LiveRecord,
  { rules, migration, assertFits }: MigrationGround & { readonly migration: SessionMigration },
): LiveRecord {
  const { meta } = live.record;
  const lines = [...live.segments];
  const ofApp = new Map(lines.filter(([key]) => !isFlashKey(key)));
  const { values: old, rest } = readableValues(ofApp, rules);
  const { version: to } = migration;
  const { schemaVersion: from = 0, principal, createdAt } = meta;
  const values: unknown = migration.migrate(old, { from, to, id: live.id, principal, createdAt });
  if (!isValues(values)) throw new TypeError('A migration answered no values.');
  // What nobody could read stays as it is, and so do flash messages: nobody has migrated them.
  const segments = new Map([...lines.filter(([key]) => isFlashKey(key)), ...rest]);
  for (const [key, value] of Object.entries(values))
    if (value !== undefined) segments.set(key, encodeValue(key, value, rules));
  const next = { ...meta, schemaVersion: to };
  assertFits(next, segments);
  return { ...live, record: { ...live.record, meta: next }, segments, isMigrated: true };
}

/** A list or a promise is a slip, and would empty the session. */
const isValues = (values: unknown): values is Readonly<Record<string, unknown>> =>
  typeof values === 'object' &&
  values !== null &&
  !Array.isArray(values) &&
  !('then' in values && typeof values.then === 'function');
