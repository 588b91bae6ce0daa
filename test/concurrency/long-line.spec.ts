import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RandomCredentialProvider } from '../../lib/credentials/random-credential-provider.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import type { ReplaceOutcome } from '../../lib/providers/atomic-session-store.js';
import { systemClock } from '../../lib/providers/clock.js';
import { DEFAULT_POLICY } from '../../lib/session/policy.js';
import { Session } from '../../lib/session/session.js';
import { SessionHandle } from '../../lib/session/session-handle.js';
import { SessionManager } from '../../lib/session/session-manager.js';

const LATENCY_MS = 10;
const TIMEOUT_MS = 100;
const WRITERS = 40;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets time pass, a round trip at a time, until all is said: a slow machine takes as much of it as a fast one. */
async function inTime<T>(task: Promise<T>): Promise<T> {
  let isOver = false;
  const done = task.finally(() => (isOver = true));
  while (!isOver) await jest.advanceTimersByTimeAsync(LATENCY_MS);
  return done;
}

/** A healthy store, far away. */
class FarProvider extends InMemorySessionProvider {
  hangs = false;

  override replace(id: string, etag: string, text: string, deadline: number): never {
    const answer = async (): Promise<ReplaceOutcome> => {
      await delay(LATENCY_MS);
      return this.hangs ? new Promise<never>(() => undefined) : super.replace(id, etag, text, deadline);
    };
    return answer() as never;
  }
}

async function openings(store: FarProvider): Promise<() => Promise<Session>> {
  const policy = { ...DEFAULT_POLICY, operationTimeout: TIMEOUT_MS };
  const manager = new SessionManager({
    store,
    credentials: new RandomCredentialProvider(),
    clock: systemClock,
    policy,
  });
  const open = async (presented: readonly string[]): Promise<Session> => {
    const handle = new SessionHandle(manager, { presented: () => presented, where: () => 'GET /' });
    return new Session(() => handle).load();
  };
  const first = await open([]);
  await inTime(first.set('count', 0).save());
  const tokens = [String(first.token)];
  return () => open(tokens);
}

describe('a line of writers that takes longer than the operation timeout', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  it('is no outage while it moves: every one of them is acknowledged, none is lost', async () => {
    expect(WRITERS * LATENCY_MS).toBeGreaterThan(2 * TIMEOUT_MS);
    const open = await openings(new FarProvider());
    const writers = await Promise.all(Array.from({ length: WRITERS }, open));
    const counts = await inTime(Promise.all(writers.map((session) => session.increment('count'))));
    expect(new Set(counts).size).toBe(WRITERS);
    expect(Math.max(...counts)).toBe(WRITERS);
  });

  it('is one when the store stops answering: all of them fail, as nothing moves', async () => {
    const store = new FarProvider();
    const open = await openings(store);
    const writers = await Promise.all(Array.from({ length: WRITERS }, open));
    store.hangs = true;
    const outcomes = await inTime(Promise.allSettled(writers.map((session) => session.increment('count'))));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_TIMEOUT' } });
    }
  });
});
