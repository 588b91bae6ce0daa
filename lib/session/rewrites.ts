import type { MaybePromise } from '../providers/session-provider.js';
import type { RecordMeta } from '../record/meta.js';
import type { Segments } from '../record/record-text.js';
import type { Limits } from '../record/value.js';
import type { CollectedChanges } from './collected-changes.js';
import type { Rewrite } from './commit-loop.js';
import { SessionValues } from './session-values.js';

/** Which values survive a change of privilege: the named keys, or all of them. */
export type Keep = readonly string[] | 'all';

/** That a session was seen, and for how long that keeps it alive. */
export interface Sighting {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The idle timeout of today's policy, in milliseconds. */
  readonly idleTimeout: number;
}

/** What a data commit does to the meta: it counts, and it was seen. Token, epoch, principal and absolute deadline stay (C6, C7). */
const nextVersion = (meta: RecordMeta, { at, idleTimeout }: Sighting): RecordMeta => ({
  ...meta,
  version: meta.version + 1,
  seenAt: Math.max(meta.seenAt, at),
  idleTimeout,
});

/** Lays the changes of a request over whatever the record is by then. */
export const layOver =
  (changes: CollectedChanges, seen: Sighting): Rewrite =>
  (current) => ({
    meta: nextVersion(current.record.meta, seen),
    segments: changes.applyTo(current.segments),
  });

/** A new digest, a new epoch, and only the kept values. */
export const renewed =
  (changes: CollectedChanges, seen: Sighting, { digest, keep }: { digest: string; keep: Keep }): Rewrite =>
  (current) => {
    const meta = nextVersion(current.record.meta, seen);
    const segments = changes.applyTo(current.segments);
    for (const key of [...segments.keys()]) if (keep !== 'all' && !keep.includes(key)) segments.delete(key);
    return {
      meta: { ...meta, digest, previousDigest: null, graceUntil: 0, epoch: meta.epoch + 1 },
      segments,
    };
  };

/** Runs a function on a draft of the values; the draft is thrown away when the function has to run again. */
export class Transaction<T> {
  /** What the last run returned; that run is the one that was committed, if it changed anything. */
  result!: T;

  constructor(
    private readonly changes: CollectedChanges,
    private readonly limits: Limits,
    private readonly change: (draft: SessionValues) => MaybePromise<T>,
  ) {}

  /** What the values become; `undefined` when neither the request nor the function changed any. */
  async on(segments: Segments): Promise<Segments | undefined> {
    const base = this.changes.applyTo(segments);
    const draft = new SessionValues(base, this.limits);
    this.result = await this.change(draft);
    const drafted = draft.collect();
    return this.changes.size + drafted.size > 0 ? drafted.applyTo(base) : undefined;
  }

  rewrite(seen: Sighting): Rewrite {
    return async (current) => {
      const segments = await this.on(current.segments);
      return segments && { meta: nextVersion(current.record.meta, seen), segments };
    };
  }
}
