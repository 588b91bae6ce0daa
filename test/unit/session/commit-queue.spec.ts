import { describe, expect, it } from '@jest/globals';
import { CommitQueue } from '../../../lib/session/commit-queue.js';
import { Gate } from '../../../lib/testing/gate.js';

describe('the queue of commits', () => {
  it('runs the tasks of one session one after the other, each with what the one before it left', async () => {
    const queue = new CommitQueue<number>();
    const gate = new Gate();
    const seen: (number | undefined)[] = [];
    const first = queue.run('a', async (left) => {
      seen.push(left);
      await gate.pass();
      return 1;
    });
    const second = queue.run('a', (left) => {
      seen.push(left);
      return Promise.resolve(2);
    });
    await gate.reached;
    expect(seen).toEqual([undefined]);
    gate.open();
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(seen).toEqual([undefined, 1]);
  });

  it('lets the tasks of different sessions run at the same time', async () => {
    const queue = new CommitQueue<number>();
    const gate = new Gate();
    const first = queue.run('a', async () => {
      await gate.pass();
      return 1;
    });
    expect(await queue.run('b', () => Promise.resolve(2))).toBe(2);
    gate.open();
    expect(await first).toBe(1);
  });

  it('goes on after a task that failed, which leaves nothing to the next', async () => {
    const queue = new CommitQueue<number>();
    const failing = queue.run('a', () => Promise.reject(new Error('no')));
    const next = queue.run('a', (left) => Promise.resolve(left ?? 0));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe(0);
  });

  it('remembers no session that has no task under way', async () => {
    const queue = new CommitQueue<number>();
    const tasks = ['a', 'a', 'b'].map((id) => queue.run(id, () => Promise.resolve(1)));
    const failing = queue.run('c', () => Promise.reject(new Error('no')));
    expect(queue.size).toBe(3);
    await Promise.allSettled([...tasks, failing]);
    expect(queue.size).toBe(0);
  });
});
