import { etagOf } from '../../record/record-text.js';
import { oldestFirst, type Room, roomFor } from '../../providers/admission.js';
import {
  type Admission,
  type AdmitOutcome,
  type AdmittedWrite,
  type AtomicSessionStore,
  type CreateOutcome,
  type EndReason,
  type EndsEverything,
  IN_FLIGHT_WINDOW_MS,
  type KnowsPrincipals,
  type OwnedRecord,
  type ReplaceOutcome,
  type StoredRecord,
} from '../../providers/atomic-session-store.js';
import type { Clock } from '../../providers/clock.js';
import type { MaybePromise } from '../../providers/session-provider.js';
import { isPromise } from '../../session/store-call.js';

/**
 * The plainest store that holds the laws, but for the bound: a `Map`, a list of the dead, no sweep. Each broken twin is this store
 * with one fault; it must hold them itself, or a conviction would prove nothing.
 */
export class PlainStore implements AtomicSessionStore, KnowsPrincipals, EndsEverything {
  protected readonly records: Map<string, StoredRecord> = new Map();
  protected readonly ended: Set<string> = new Set();
  /** Whose each session is, as `admit` said last. */
  protected readonly owners: Map<string, string> = new Map();

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

  /** In one step, unless a twin takes its time over the write. */
  admit(write: AdmittedWrite, admission: Admission): MaybePromise<AdmitOutcome> {
    const refusal = this.refusal(write);
    if (refusal) return refusal;
    const room = this.room(write, admission);
    if (room === 'full') return room;
    this.makeRoom(room);
    const outcome = this.write(write);
    return isPromise(outcome)
      ? outcome.then((answer) => this.assign(answer, write.id, admission, room))
      : this.assign(outcome, write.id, admission, room);
  }

  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]> {
    const now = this.clock.now();
    return oldestFirst(this.heldBy(principal).filter(({ deadline }) => now < deadline));
  }

  endSessionsOf(principal: string, reason: EndReason, except?: string): MaybePromise<readonly string[]> {
    const doomed = this.heldBy(principal).map(({ id }) => id);
    return doomed.filter((id) => id !== except && this.end(id, reason) === true);
  }

  endEverything(): MaybePromise<void> {
    for (const id of this.records.keys()) this.ended.add(id);
    this.records.clear();
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

  /** What is held of a principal, live or just past its time. */
  protected heldBy(principal: string): readonly OwnedRecord[] {
    return [...this.owners]
      .filter(([, owner]) => owner === principal)
      .map(([id]) => ({ id, record: this.held(id) }))
      .flatMap(({ id, record }) => (record ? [{ id, ...record }] : []));
  }

  /** Why a login may not be written at all; `undefined` when it may. */
  protected refusal({ id, etag, text }: AdmittedWrite): 'gone' | 'exists' | StoredRecord | undefined {
    const record = this.held(id);
    if (etag === undefined) return this.records.has(id) || this.ended.has(id) ? 'exists' : undefined;
    if (!record) return 'gone';
    return [etag, etagOf(text)].includes(etagOf(record.text)) ? undefined : record;
  }

  /** What has to end before a login may be written. */
  protected room({ id }: AdmittedWrite, admission: Admission): Room | 'full' {
    const others = (): readonly OwnedRecord[] =>
      this.heldBy(admission.principal).filter((record) => record.id !== id);
    return roomFor(admission, others, this.clock.now());
  }

  protected makeRoom({ evicted, expired }: Room): void {
    for (const { id } of evicted) void this.end(id, 'evicted');
    for (const { id } of expired) void this.end(id, 'expired');
  }

  protected write({ id, etag, text, deadline }: AdmittedWrite): MaybePromise<CreateOutcome | ReplaceOutcome> {
    return etag === undefined ? this.create(id, text, deadline) : this.replace(id, etag, text, deadline);
  }

  /** Makes a session the principal's that was just written. */
  protected assign(
    outcome: CreateOutcome | ReplaceOutcome,
    id: string,
    { principal }: Admission,
    { evicted }: Room,
  ): AdmitOutcome {
    if (outcome !== 'ok') return outcome;
    this.owners.delete(id);
    this.owners.set(id, principal);
    return { evicted: evicted.map((record) => record.id) };
  }
}
