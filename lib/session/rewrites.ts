import type { MaybePromise } from '../providers/session-provider.js';
import type { RecordMeta } from '../record/meta.js';
import type { Segments } from '../record/record-text.js';
import { counted, regenerated, rotated, seen, type Sighting } from '../record/transitions.js';
import type { ValueRules } from '../record/value-rules.js';
import type { CollectedChanges } from './collected-changes.js';
import type { Rewrite, Rewritten } from './commit-loop.js';
import { SessionValues } from './session-values.js';

/** Which values survive a change of privilege: the named keys, or all of them. */
export type Keep = readonly string[] | 'all';

/** What survives a change of privilege. */
export const kept = (segments: Segments, keep: Keep): Segments =>
  keep === 'all' ? segments : new Map([...segments].filter(([key]) => keep.includes(key)));

/** Lays the changes of a request over whatever the record is by then. */
export const layOver =
  (changes: CollectedChanges, sighting: Sighting): Rewrite =>
  (current) => ({
    meta: counted(seen(current.record.meta, sighting)),
    segments: changes.applyTo(current.segments),
  });

/** Notes that a rotated token came back, unless another request has done so. */
export const confirmed =
  (sighting: Sighting): Rewrite =>
  ({ record: { meta }, segments }) =>
    meta.rotation.confirmed ? undefined : { meta: seen(meta, sighting), segments };

/** What a renewal writes beside the token. */
export interface Renewal {
  readonly digest: string;
  readonly keep: Keep;
  /** What else changes with the privilege, such as whose session it is. */
  readonly change?: (meta: RecordMeta) => RecordMeta;
}

/** A new digest, a new epoch, and only the kept values. */
export const renewed =
  (changes: CollectedChanges, sighting: Sighting, { digest, keep, change }: Renewal): Rewrite =>
  (current) => {
    const meta = regenerated(current.record.meta, digest, sighting.at);
    const segments = changes.applyTo(current.segments);
    return { meta: counted(seen(change?.(meta) ?? meta, sighting)), segments: kept(segments, keep) };
  };

/** How a request wants to rotate the token. */
export interface RotationWish {
  readonly digest: string;
  readonly grace: number;
  /** The digest that the request may rotate away: whoever finds another one was not the first (law R2). */
  readonly from: string | undefined;
}

/** A new digest at the same privilege, with the changes of the request; only those when another request was first. */
export const renewedInGrace =
  (changes: CollectedChanges, sighting: Sighting, { digest, grace, from }: RotationWish): Rewrite =>
  (current) => {
    const isFirst = current.record.meta.digest === from;
    if (!isFirst && changes.size === 0) return undefined;
    const known = seen(current.record.meta, sighting);
    const meta = isFirst ? rotated(known, { digest, grace, at: sighting.at }) : known;
    return { meta: changes.size > 0 ? counted(meta) : meta, segments: changes.applyTo(current.segments) };
  };

/** The same values under another meta. */
export const adjusted =
  (changes: CollectedChanges, sighting: Sighting, change: (meta: RecordMeta) => RecordMeta): Rewrite =>
  (current) => {
    const meta = seen(change(current.record.meta), sighting);
    return { meta: changes.size > 0 ? counted(meta) : meta, segments: changes.applyTo(current.segments) };
  };

/** The same, with a new token and a new epoch. */
export const withNewToken = ({ meta, segments }: Rewritten, digest: string): Rewritten => ({
  meta: regenerated(meta, digest, meta.seenAt),
  segments,
});

/** Runs a function on a draft of the values; the draft is thrown away when the function has to run again. */
export class Transaction<T> {
  /** What the last run returned; that run is the one that was committed, if it changed anything. */
  result!: T;

  constructor(
    private readonly changes: CollectedChanges,
    private readonly rules: ValueRules,
    private readonly change: (draft: SessionValues) => MaybePromise<T>,
  ) {}

  /** What the values become; `undefined` when neither the request nor the function changed any. */
  async on(segments: Segments): Promise<Segments | undefined> {
    const base = this.changes.applyTo(segments);
    const draft = new SessionValues(base, this.rules);
    this.result = await this.change(draft);
    const drafted = draft.collect();
    return this.changes.size + drafted.size > 0 ? drafted.applyTo(base) : undefined;
  }

  rewrite(sighting: Sighting): Rewrite {
    return async (current) => {
      const segments = await this.on(current.segments);
      return segments && { meta: counted(seen(current.record.meta, sighting)), segments };
    };
  }
}
