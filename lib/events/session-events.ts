import { Listeners } from './listeners.js';
import type { SessionEvent, SessionEventType } from './session-event.js';
import type { TimedOperation } from './timed-operation.js';

/** Told what happens to sessions. */
export type SessionListener<Event extends SessionEvent = SessionEvent> = (event: Event) => unknown;

/** The event of a type. */
export type SessionEventOf<Type extends SessionEventType> = SessionEvent extends infer Each
  ? Each extends { readonly type: infer Types }
    ? Type extends Types
      ? Omit<Each, 'type'> & { readonly type: Type }
      : never
    : never
  : never;

/**
 * The events of one app; inject it to listen. Those of the whole process are on the `diagnostics_channel` of SESSION_CHANNEL.
 *
 * A listener is called at once, in the order in which listeners came, after the store has acknowledged what it is told of. One that
 * throws or rejects reaches neither the request nor the other listeners (law D4): it is a warning in the log.
 */
export class SessionEvents extends Listeners<SessionEvent> {
  /** How long each operation on the store took. While nobody listens to it, nothing is measured. */
  readonly operations: Listeners<TimedOperation>;

  /** @param onFailure told of a listener that failed. */
  constructor(onFailure: (told: SessionEvent | TimedOperation, error: unknown) => void) {
    super(onFailure);
    this.operations = new Listeners<TimedOperation>(onFailure);
  }

  /** Listens to the events of one type. Answers how to stop. */
  on<Type extends SessionEventType>(
    type: Type,
    listener: SessionListener<SessionEventOf<Type> & SessionEvent>,
  ): () => void {
    return this.subscribe((event) => (event.type === type ? listener(event) : undefined));
  }
}
