import { type CreateOutcome, IN_FLIGHT_WINDOW_MS, type StoredRecord } from '../atomic-session-store.js';
import type { Clock } from '../clock.js';
import type { RecordAccess } from '../in-process-swap.js';
import { type DocumentPort, documentOf, recordIn } from './document-port.js';

/** Records in a foreign store, a document each. */
export class DocumentRecords implements RecordAccess {
  constructor(
    private readonly port: DocumentPort,
    private readonly clock: Clock,
  ) {}

  async read(id: string): Promise<StoredRecord | undefined> {
    return recordIn(await this.port.get(id));
  }

  async create(id: string, record: StoredRecord): Promise<CreateOutcome> {
    if ((await this.port.get(id)) !== undefined) return 'exists';
    await this.write(id, record);
    return 'ok';
  }

  /** Also for a touch: a store's own one moves when it forgets, and leaves the deadline in the document as it was. */
  write(id: string, record: StoredRecord): Promise<void> {
    return this.port.set(id, documentOf(record), this.#lifeOf(record));
  }

  remove(id: string): Promise<void> {
    return this.port.delete(id);
  }

  /** A distance, as the clock of the store is not ours; whole, as some stores take nothing else. */
  #lifeOf({ deadline }: StoredRecord): number {
    return Math.max(1, Math.ceil(deadline + IN_FLIGHT_WINDOW_MS - this.clock.now()));
  }
}
