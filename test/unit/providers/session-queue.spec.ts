import { beforeEach, describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../lib/providers/atomic-session-store.js';
import { SessionQueue } from '../../../lib/providers/session-queue.js';
import { Deferred, settled } from '../../support/deferred.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';

let clock: FakeClock;
let queue: SessionQueue;

beforeEach(() => {
  clock = new FakeClock();
  queue = new SessionQueue(clock);
});

describe('SessionQueue', () => {
  it('runs the tasks of one session one after the other, in their order', async () => {
    const first = new Deferred<string>();
    const log: string[] = [];
    const one = queue.run('a', 'replace', () => first.promise.then((value) => (log.push(value), value)));
    const two = queue.run('a', 'replace', () => Promise.resolve(void log.push('second')));
    await settled();
    expect(log).toEqual([]);
    first.resolve('first');
    await Promise.all([one, two]);
    expect(log).toEqual(['first', 'second']);
  });

  it('lets other sessions pass', async () => {
    const held = new Deferred();
    const one = queue.run('a', 'replace', () => held.promise);
    await expect(queue.run('b', 'replace', () => Promise.resolve('done'))).resolves.toBe('done');
    held.resolve();
    await one;
  });

  it('goes on after a task that failed, and gives the failure to its caller only', async () => {
    const failed = queue.run('a', 'replace', () => Promise.reject(new Error('broken')));
    const next = queue.run('a', 'replace', () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('broken');
    await expect(next).resolves.toBe('done');
  });

  it('remembers no session that has nothing under way', async () => {
    await queue.run('a', 'touch', () => Promise.resolve());
    await queue.run('a', 'touch', () => Promise.reject(new Error('broken'))).catch(() => undefined);
    expect(queue.size).toBe(0);
  });

  it('waits for a slow task as long as a request may be in flight, and no longer', async () => {
    const hung = new Deferred();
    const slow = queue.run('a', 'replace', () => hung.promise);
    const behind = queue.run('a', 'replace', () => Promise.resolve('never'));
    await settled();
    clock.advance(IN_FLIGHT_WINDOW_MS - 1);
    const stillBehind = queue.run('a', 'end', () => Promise.resolve('never'));
    clock.advance(1);
    await expect(queue.run('a', 'end', () => Promise.resolve('done'))).resolves.toBe('done');
    hung.resolve();
    await slow;
    await expect(behind).rejects.toHaveProperty('code', 'STORE_TIMEOUT');
    await expect(stillBehind).rejects.toHaveProperty('code', 'STORE_TIMEOUT');
  });
});
