import { newNonce } from '../../lib/credentials/nonce.js';
import type { StoredRecord } from '../../lib/providers/atomic-session-store.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { RecordSeal, type Seal } from '../../lib/providers/sealed/record-seal.js';
import { sealedStore } from '../../lib/providers/sealed/sealed-store.js';
import type { SessionEvent } from '../../lib/events/session-event.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { FaultInjectingStore } from '../../lib/testing/fault-injecting-store.js';
import { type PlantedSession, Subject } from '../../lib/testing/subject.js';

/** An app over a store in memory that holds sealed values, and that an attacker can read and write. */
export class SealedWorld {
  readonly #clock = new FakeClock();
  readonly #memory = new InMemorySessionProvider({}, { clock: this.#clock });
  readonly #reach = new FaultInjectingStore(this.#memory);
  readonly subject: Subject;

  constructor(readonly seal: Seal = new RecordSeal([newNonce()])) {
    this.subject = this.under(seal);
  }

  /** Another instance of the app over the same store, with keys of its own. */
  under(seal: Seal): Subject {
    return new Subject({ store: sealedStore(this.#reach, seal), clock: this.#clock });
  }

  /** A record as the store holds it. */
  stored(id: string): StoredRecord {
    const stored = this.#memory.load(id);
    if (!stored) throw new Error('There is no such record.');
    return stored;
  }

  /** Changes a session in a request of its own. */
  async change(
    { token }: PlantedSession,
    key: string,
    value: unknown,
    subject = this.subject,
  ): Promise<void> {
    const request = await subject.open(token);
    request.session.set(key, value);
    await request.finish();
  }

  /** What a request finds, and says about it, when the store answers with `text`. */
  async readAs(session: PlantedSession, text: string): Promise<Reading> {
    const { deadline } = this.stored(session.id);
    const reading: { values?: Reading['values'] } = {};
    const events = await eventsDuring(async () => {
      this.#reach.answer('load', { text, deadline });
      reading.values = await this.subject.read(session.token);
    });
    return { values: reading.values, events };
  }

  /** Makes the next commit meet `text` as what the record is by now. */
  conflictWith(session: PlantedSession, text: string): void {
    this.#reach.answer('replace', { text, deadline: this.stored(session.id).deadline });
  }
}

export interface Reading {
  /** Empty when the request was anonymous. */
  readonly values: Record<string, unknown> | undefined;
  readonly events: readonly SessionEvent[];
}
