import { storeFailed } from '../../errors/outage.js';
import type { CreateOutcome, StoredRecord } from '../atomic-session-store.js';
import type { RecordAccess } from '../in-process-swap.js';
import type { SessionValueRecord } from '../session-provider.js';
import {
  changesTo,
  type InnerRecord,
  innerOf,
  isTaken,
  readInner,
  segmentsOf,
  storedOf,
} from './inner-record.js';
import { innerTokenOf } from './inner-token.js';
import type { FourMethodProvider } from './provider-kind.js';

/** Records in a class of the chapter's four methods: etag, meta and deadline travel as one more value under `__session`. */
export class FourMethodRecords implements RecordAccess {
  constructor(private readonly provider: FourMethodProvider) {}

  async read(id: string): Promise<StoredRecord | undefined> {
    const inner = readInner(await this.#get(id));
    return inner && storedOf(inner);
  }

  /**
   * Writes into the empty session that `newId` made. A session that was not there is written all the same, for the sake of classes
   * that store nothing before the first update, and looked for afterwards.
   */
  async create(id: string, record: StoredRecord): Promise<CreateOutcome> {
    const before = await this.#get(id);
    if (isTaken(before)) return 'exists';
    await this.#update(id, changesTo(partsOf(record), segmentsOf(before) ?? new Map()));
    if (!before && !isTaken(await this.#get(id)))
      throw storeFailed('create', new Error('The new session is not there.'));
    return 'ok';
  }

  write(id: string, next: StoredRecord, before: StoredRecord): Promise<void> {
    return this.#update(id, changesTo(partsOf(next), partsOf(before).segments));
  }

  async remove(id: string): Promise<void> {
    await this.provider.invalidateSession(innerTokenOf(id));
  }

  async #get(id: string): Promise<SessionValueRecord | null | undefined> {
    return this.provider.getSession(innerTokenOf(id));
  }

  async #update(id: string, changes: SessionValueRecord): Promise<void> {
    await this.provider.updateSession(innerTokenOf(id), changes);
  }
}

function partsOf(stored: StoredRecord): InnerRecord {
  const inner = innerOf(stored);
  if (!inner) throw storeFailed('write', new TypeError('The text is not a record of this library.'));
  return inner;
}
