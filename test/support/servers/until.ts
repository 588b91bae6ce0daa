import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/** Settles when `holds` answers true; rejects after `timeoutMs`. For what happens outside this process, on a clock of its own. */
export async function until(holds: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It did not happen within ${timeoutMs} ms.`);
    await delay(POLL_MS);
  }
}
