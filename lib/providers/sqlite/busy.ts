import { setTimeout as delay } from 'node:timers/promises';

/** How long, in milliseconds, a call waits for another process that holds the file, before it fails. */
export const GIVE_UP_MS = 5000;
const LONGEST_PAUSE_MS = 32;

/** Whether another connection holds the file; every driver says it in its own way (SQLite result code 5). */
export function isBusy(error: unknown): boolean {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  return String(code).startsWith('SQLITE_BUSY') || (typeof errcode === 'number' && (errcode & 0xff) === 5);
}

/** The pause before the next try, in milliseconds: short at first, and uneven, so that two processes do not keep in step. */
export const pauseAfter = (attempt: number): number =>
  1 + Math.random() * Math.min(2 ** attempt, LONGEST_PAUSE_MS);

/**
 * Does something to the file; while another process holds it, again and again, with the event loop running in between. SQLite's own
 * `busy_timeout` would wait as well, and stop the whole process for it.
 */
export function whenFree<T>(task: () => T): T | Promise<T> {
  try {
    return task();
  } catch (error) {
    if (!isBusy(error)) throw error;
    return tryAgain(task, performance.now() + GIVE_UP_MS);
  }
}

async function tryAgain<T>(task: () => T, until: number): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    await delay(pauseAfter(attempt));
    try {
      return task();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= until) throw error;
    }
  }
}
