import type { SessionEvent, SessionEventType } from './session-event.js';

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
export class SessionEvents {
  readonly #listeners = new Set<SessionListener>();

  /** @param onFailure told of a listener that failed. */
  constructor(private readonly onFailure: (event: SessionEvent, error: unknown) => void) {}

  /** Listens to every event. Answers how to stop. */
  subscribe(listener: SessionListener): () => void {
    const entry: SessionListener = (event) => listener(event);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Listens to the events of one type. Answers how to stop. */
  on<Type extends SessionEventType>(
    type: Type,
    listener: SessionListener<SessionEventOf<Type> & SessionEvent>,
  ): () => void {
    return this.subscribe((event) =>
      event.type === type ? listener(event as SessionEventOf<Type> & SessionEvent) : undefined,
    );
  }

  /** Tells everybody. Never throws. */
  tell(event: SessionEvent): void {
    for (const listener of this.#listeners) this.#call(listener, event);
  }

  #call(listener: SessionListener, event: SessionEvent): void {
    try {
      const told = listener(event);
      if (told instanceof Promise) told.catch((error: unknown) => this.onFailure(event, error));
    } catch (error) {
      this.onFailure(event, error);
    }
  }
}
