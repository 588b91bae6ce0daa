import type { SessionEvent } from '../events/session-event.js';
import type { StoredRecord } from '../providers/atomic-session-store.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { isLive, timeoutHit } from '../record/lifetime.js';
import { decodeRecord } from '../record/record-text.js';
import type { FirstTimes } from './first-times.js';
import type { GuardedStore } from './guarded-store.js';
import { type LiveRecord, readRecord } from './live-record.js';
import { isPromise } from './store-call.js';
import type { StoreWatch } from './store-watch.js';

/** What a reader works with. */
export interface ReaderParts {
  readonly store: Pick<GuardedStore, 'load'>;
  readonly watch: StoreWatch;
  /** The idle timeout of today's policy. */
  readonly idleTimeout: number;
  readonly expired: FirstTimes;
  now(): number;
  report(event: SessionEvent): void;
  /** The record with the values of this release of the app. */
  upToDate(live: LiveRecord): LiveRecord;
}

/** Looks for records in a store, and judges what it gives back. */
export class RecordReader {
  constructor(private readonly parts: ReaderParts) {}

  /** The live record of an id; `undefined` when it is absent, ended or corrupt. */
  look(id: string): MaybePromise<LiveRecord | 'expired' | undefined> {
    const read = (stored: StoredRecord | undefined): LiveRecord | 'expired' | undefined => {
      const judged = stored && this.judge(id, stored);
      return typeof judged === 'object' ? this.parts.upToDate(judged) : judged;
    };
    const stored = this.parts.watch.call('load', () => this.parts.store.load(id));
    return isPromise(stored) ? stored.then(read) : read(stored);
  }

  /** What a store gave back is live, past its time, or nothing that we can read (law F3). */
  judge(id: string, stored: StoredRecord): LiveRecord | 'expired' | undefined {
    const live = readRecord(id, stored);
    if (!live) this.parts.report({ type: 'corrupt-record', id });
    if (!live || isLive(live.record.meta, live.deadline, this.parts.now(), this.parts.idleTimeout))
      return live;
    this.tellExpired(id, stored);
    return 'expired';
  }

  /** Tells once that a session's time was over; it may be seen by many requests, and by a sweep, before it is gone. */
  tellExpired(id: string, { text, deadline }: StoredRecord): void {
    const meta = decodeRecord(text)?.meta;
    if (!meta || !this.parts.expired.first(id)) return;
    const timeout = timeoutHit(meta, deadline, this.parts.idleTimeout);
    this.parts.report({ type: 'expired', id, timeout });
  }
}
