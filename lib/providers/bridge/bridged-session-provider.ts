import { AtomicSessionProvider } from '../atomic-session-provider.js';
import type {
  CreateOutcome,
  ReplaceOutcome,
  ReportsHealth,
  StoredRecord,
  SwapsInProcess,
} from '../atomic-session-store.js';
import { InProcessSwap } from '../in-process-swap.js';
import type { ProviderContext } from '../session-provider.js';
import type { DocumentPort } from './document-port.js';
import { DocumentRecords } from './document-records.js';

/**
 * Sessions in a store that was made for something else. Holds every law within one process; `lawsNotHeld` names those that it cannot
 * hold between several.
 *
 * Whether a session is live is decided here, from the deadline in its document: what a store forgets, and when, only saves space.
 * The store belongs to the app, which opens and closes it.
 */
export abstract class BridgedSessionProvider
  extends AtomicSessionProvider
  implements SwapsInProcess, ReportsHealth
{
  readonly cas = false;
  readonly #port: DocumentPort;
  readonly #sessions: InProcessSwap;

  protected constructor(port: DocumentPort, context: Partial<ProviderContext>) {
    super(context);
    const { clock } = this.context;
    this.#port = port;
    this.#sessions = new InProcessSwap(new DocumentRecords(port, clock), clock);
  }

  /** Reads the document, and answers nothing for one that is dead. */
  override load(id: string): Promise<StoredRecord | undefined> {
    return this.#sessions.load(id);
  }

  /** Looks whether the id is taken, then writes. */
  override create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    return this.#sessions.create(id, text, deadline);
  }

  /** Reads, compares and writes, one call of a session after the other in this process. */
  override replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    return this.#sessions.replace(id, etag, text, deadline);
  }

  /** Reads, and writes the document with its new deadline. */
  override touch(id: string, deadline: number): Promise<void> {
    return this.#sessions.touch(id, deadline);
  }

  /** Removes the document; this process remembers the id for as long as a request may be in flight. */
  override end(id: string): Promise<boolean> {
    return this.#sessions.end(id);
  }

  /** Asks for a session that nobody has; rejects when the store fails to say so. */
  async health(): Promise<void> {
    await this.#port.get('health');
  }
}
