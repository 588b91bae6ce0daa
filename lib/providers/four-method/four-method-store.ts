import { storeFailed } from '../../errors/outage.js';
import {
  type AssignsIds,
  type AtomicSessionStore,
  type Closes,
  type CreateOutcome,
  IN_FLIGHT_WINDOW_MS,
  type ReplaceOutcome,
  type ReportsHealth,
  type StoreCapabilities,
  type StoredRecord,
} from '../atomic-session-store.js';
import { type Clock, systemClock } from '../clock.js';
import type { SessionValueRecord } from '../session-provider.js';
import { Tombstones } from '../tombstones.js';
import {
  changesTo,
  type InnerRecord,
  innerOf,
  isTaken,
  readInner,
  segmentsOf,
  storedOf,
} from './inner-record.js';
import { idOfInnerToken, innerTokenOf } from './inner-token.js';
import { type FourMethodProvider, nameOfProvider } from './provider-kind.js';
import { SessionQueue } from './session-queue.js';

/**
 * The five operations on top of the chapter's four methods: the session's etag, meta and deadline travel as one more value under
 * `__session`, and a write reads again before it writes.
 *
 * Inside one process that holds every law of the commit, as the writes of a session stand in a queue and a session that ended is
 * remembered. Between processes nothing can come of it but a small window, see {@link lawsNotHeld}. A load waits for nothing.
 */
export class FourMethodStore implements AtomicSessionStore, AssignsIds, ReportsHealth, Closes {
  readonly #ended = new Tombstones();
  readonly #queue: SessionQueue;

  constructor(
    readonly provider: FourMethodProvider & Pick<StoreCapabilities, 'health' | 'close'>,
    private readonly clock: Clock = systemClock,
  ) {
    this.#queue = new SessionQueue(clock);
  }

  /** @throws SessionError BAD_SESSION_TOKEN when the token of the provider cannot name a session. */
  async newId(): Promise<string> {
    return idOfInnerToken(await this.provider.createSession(), nameOfProvider(this.provider));
  }

  async load(id: string): Promise<StoredRecord | undefined> {
    const inner = await this.#held(id);
    return inner && this.clock.now() < inner.deadline ? storedOf(inner) : undefined;
  }

  create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    return this.#queue.run(id, 'create', () => this.#create(id, { text, deadline }));
  }

  replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    return this.#queue.run(id, 'replace', () => this.#replace(id, etag, { text, deadline }));
  }

  touch(id: string, deadline: number): Promise<void> {
    return this.#queue.run(id, 'touch', async () => {
      const inner = await this.#held(id);
      if (inner && deadline > inner.deadline) await this.#write(id, { ...inner, deadline }, inner);
    });
  }

  end(id: string): Promise<boolean> {
    return this.#queue.run(id, 'end', async () => {
      if (!(await this.#held(id))) return false;
      await this.provider.invalidateSession(innerTokenOf(id));
      this.#ended.add(id, this.clock.now());
      return true;
    });
  }

  /** Asks the provider, if it can tell. */
  async health(): Promise<void> {
    await this.provider.health?.();
  }

  /** Closes the provider, if it can be closed. */
  async close(): Promise<void> {
    await this.provider.close?.();
  }

  /**
   * Writes into the empty session that `newId` made. A session that was not there is written all the same, for the sake of classes
   * that store nothing before the first update, and looked for afterwards.
   */
  async #create(id: string, stored: StoredRecord): Promise<CreateOutcome> {
    const before = await this.#get(id);
    if (isTaken(before) || this.#ended.has(id, this.clock.now())) return 'exists';
    await this.#write(id, partsOf(stored), { segments: segmentsOf(before) ?? new Map() });
    if (!before && !isTaken(await this.#get(id)))
      throw storeFailed('create', new Error('The new session is not there.'));
    return 'ok';
  }

  async #replace(id: string, etag: string, stored: StoredRecord): Promise<ReplaceOutcome> {
    const inner = await this.#held(id);
    if (!inner) return 'gone';
    const next = partsOf(stored);
    if (inner.etag !== etag) return inner.etag === next.etag ? 'ok' : storedOf(inner);
    await this.#write(id, next, inner);
    return 'ok';
  }

  /** The record while somebody may still write to it: not ended by this process, and not past its deadline and window. */
  async #held(id: string): Promise<InnerRecord | undefined> {
    const inner = readInner(await this.#get(id));
    const now = this.clock.now();
    return inner && now < inner.deadline + IN_FLIGHT_WINDOW_MS && !this.#ended.has(id, now)
      ? inner
      : undefined;
  }

  async #get(id: string): Promise<SessionValueRecord | null | undefined> {
    return this.provider.getSession(innerTokenOf(id));
  }

  async #write(id: string, next: InnerRecord, { segments }: Pick<InnerRecord, 'segments'>): Promise<void> {
    await this.provider.updateSession(innerTokenOf(id), changesTo(next, segments));
  }
}

function partsOf(stored: StoredRecord): InnerRecord {
  const inner = innerOf(stored);
  if (!inner) throw storeFailed('write', new TypeError('The text is not a record of this library.'));
  return inner;
}
