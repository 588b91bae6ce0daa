import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { SESSION_CHANNEL, type SessionEvent } from '../events/session-event.js';

/** The events that were published while `task` ran. */
export async function eventsDuring(task: () => Promise<unknown>): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  await whileListening((event) => events.push(event), task);
  return events;
}

/** Runs `task` and tells `listen` each event at the moment it is published. */
export async function whileListening(
  listen: (event: SessionEvent) => void,
  task: () => Promise<unknown>,
): Promise<void> {
  const receive = (message: unknown): void => listen(message as SessionEvent);
  subscribe(SESSION_CHANNEL, receive);
  try {
    await task();
  } finally {
    unsubscribe(SESSION_CHANNEL, receive);
  }
}
