import { etagOf } from '../../record/record-text.js';
import {
  type AtomicSessionStore,
  type CreateOutcome,
  type EndReason,
  IN_FLIGHT_WINDOW_MS,
  type ReplaceOutcome,
  type StoredRecord,
} from '../../providers/atomic-session-store.js';
import type { Clock } from '../../providers/clock.js';
import type { MaybePromise } from '../../providers/session-provider.js';

/**
 * The plainest store that holds the laws, but for the bound: a `Map`, a list of the dead, no sweep. Each broken twin is this store
 * with one fault; it must hold them itself, or a conviction would prove nothing.
 */
export class PlainStore implements AtomicSessionStore {
  protected readonly records: Map<string, StoredRecord> = new Map();
  protected readonly ended: Set<string> = new Set();

  constructor(protected readonly clock: Clock) {}

  load(id: string): MaybePromise<StoredRecord | undefined> {
    const record = this.records.get(id);
    return record && this.clock.now() < record.deadline ? record : undefined;
  }

  create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    if (this.records.has(id) || this.ended.has(id)) return 'exists';
    this.records.set(id, { text, deadline });
    return 'ok';
  }

  replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome> {
    const record = this.held(id);
    if (!record) return 'gone';
    if (etagOf(record.text) !== etag) return etagOf(record.text) === etagOf(text) ? 'ok' : record;
    this.records.set(id, { text, deadline });
    return 'ok';
  }

  touch(id: string, deadline: number): MaybePromise<void> {
    const record = this.held(id);
    if (record && deadline > record.deadline) this.records.set(id, { ...record, deadline });
  }

  // oxlint-disable-next-line no-unused-vars -- a twin may want the reason
  end(id: string, _reason: EndReason): MaybePromise<boolean> {
    if (!this.held(id)) return false;
    this.records.delete(id);
    this.ended.add(id);
    return true;
  }

  /** All that an attacker with a copy would see. */
  dump(): string {
    return JSON.stringify([...this.records]);
  }

  /** The record while somebody may still write to it. */
  protected held(id: string): StoredRecord | undefined {
    const record = this.records.get(id);
    return record && this.clock.now() < record.deadline + IN_FLIGHT_WINDOW_MS ? record : undefined;
  }
}
