import { etagOf } from '../record/record-text.js';
import {
  type AtomicSessionStore,
  type CreateOutcome,
  IN_FLIGHT_WINDOW_MS,
  type ReplaceOutcome,
  type StoredRecord,
} from './atomic-session-store.js';
import type { Clock } from './clock.js';
import { SessionQueue } from './session-queue.js';
import { Tombstones } from './tombstones.js';

/** All that is asked of a store that cannot compare and swap. The calls for one id come one after the other, but for `read`. */
export interface RecordAccess {
  /** The record, dead or alive; `undefined` when there is none, or none that is ours. */
  read(id: string): Promise<StoredRecord | undefined>;
  /** Writes a record that is new, or nothing when anything stands there. */
  create(id: string, record: StoredRecord): Promise<CreateOutcome>;
  /** Writes `next` over `before`, which was read a moment ago. */
  write(id: string, next: StoredRecord, before: StoredRecord): Promise<void>;
  /** Removing a missing record is no error. */
  remove(id: string): Promise<void>;
}

/**
 * The five operations on top of a store that can only read and write: a write reads again before it writes.
 *
 * Inside one process that holds every law of the commit, as the writes of a session stand in a queue and a session that ended is
 * remembered. Between processes nothing can come of it but a small window, see `lawsNotHeld`. A load waits for nothing.
 */
export class InProcessSwap implements AtomicSessionStore {
  readonly #ended = new Tombstones();
  readonly #queue: SessionQueue;

  constructor(
    private readonly records: RecordAccess,
    private readonly clock: Clock,
  ) {
    this.#queue = new SessionQueue(clock);
  }

  async load(id: string): Promise<StoredRecord | undefined> {
    const held = await this.#held(id);
    return held && this.clock.now() < held.deadline ? held : undefined;
  }

  create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    return this.#queue.run(id, 'create', async () =>
      this.#ended.has(id, this.clock.now()) ? 'exists' : this.records.create(id, { text, deadline }),
    );
  }

  replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    return this.#queue.run(id, 'replace', async () => {
      const held = await this.#held(id);
      if (!held) return 'gone';
      if (etagOf(held.text) !== etag) return etagOf(held.text) === etagOf(text) ? 'ok' : held;
      await this.records.write(id, { text, deadline }, held);
      return 'ok';
    });
  }

  touch(id: string, deadline: number): Promise<void> {
    return this.#queue.run(id, 'touch', async () => {
      const held = await this.#held(id);
      if (held && deadline > held.deadline) await this.records.write(id, { ...held, deadline }, held);
    });
  }

  end(id: string): Promise<boolean> {
    return this.#queue.run(id, 'end', async () => {
      if (!(await this.#held(id))) return false;
      await this.records.remove(id);
      this.#ended.add(id, this.clock.now());
      return true;
    });
  }

  /** The record while somebody may still write to it: not ended by this process, and not past its deadline and window. */
  async #held(id: string): Promise<StoredRecord | undefined> {
    const record = await this.records.read(id);
    const now = this.clock.now();
    return record && now < record.deadline + IN_FLIGHT_WINDOW_MS && !this.#ended.has(id, now)
      ? record
      : undefined;
  }
}
