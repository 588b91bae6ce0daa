import { describe, expect, it } from '@jest/globals';
import { ActiveRequests } from '../../../lib/http/active-requests.js';
import { turn } from '../../../lib/testing/turn.js';

const LONG_MS = 60_000;

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await turn();
  return settled;
}

describe('ActiveRequests', () => {
  it('are idle when none has begun', async () => {
    expect(await isSettled(new ActiveRequests().idle(LONG_MS))).toBe(true);
  });

  it('are idle when all that began are over, each counted once', async () => {
    const active = new ActiveRequests();
    const [first, second] = [active.enter(), active.enter()];
    const idle = [active.idle(LONG_MS), active.idle(LONG_MS)] as const;
    first();
    first();
    expect(await isSettled(idle[0])).toBe(false);
    second();
    expect(await isSettled(idle[0])).toBe(true);
    expect(await isSettled(idle[1])).toBe(true);
  });

  it('are waited for no longer than asked, and leave no timer behind', async () => {
    const active = new ActiveRequests();
    const leave = active.enter();
    await active.idle(1);
    const before = timers();
    const waiting = active.idle(LONG_MS);
    expect(timers()).toBe(before + 1);
    leave();
    await waiting;
    expect(timers()).toBe(before);
  });
});
