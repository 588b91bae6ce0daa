import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Patrol } from '../../../lib/session/patrol.js';

const ROUND_MS = 750;

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index}`);

describe('a patrol', () => {
  let list: readonly string[];
  let looks: string[];
  let underWay: number;
  let most: number;
  let takesMs: number;
  let patrol: Patrol;

  /** Takes its time, as a store does; knows how many were at it at once. */
  async function lookAt(id: string): Promise<void> {
    looks.push(id);
    underWay += 1;
    most = Math.max(most, underWay);
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
    underWay -= 1;
  }

  /** How many looks there were in each of so many stretches of time. */
  async function looksIn(count: number, stretchMs: number): Promise<number[]> {
    const counted: number[] = [];
    while (counted.length < count) {
      const before = looks.length;
      await jest.advanceTimersByTimeAsync(stretchMs);
      counted.push(looks.length - before);
    }
    return counted;
  }

  beforeEach(() => {
    jest.useFakeTimers();
    [list, looks, most, takesMs, underWay] = [[], [], 0, 0, 0];
    patrol = new Patrol({ roundMs: ROUND_MS, list: () => list, lookAt });
  });

  afterEach(() => {
    patrol.stop();
    jest.useRealTimers();
  });

  it('looks at each once a round, and rounds follow each other without a gap', async () => {
    list = names(3);
    patrol.start();
    patrol.start();
    expect(await looksIn(5, ROUND_MS)).toEqual([3, 3, 3, 3, 3]);
  });

  it('spreads what is many evenly over the round, 64 at a time', async () => {
    list = names(640);
    takesMs = 5;
    patrol.start();
    await jest.advanceTimersByTimeAsync(ROUND_MS - 1);
    expect(looks).toEqual([]);
    expect(await looksIn(20, ROUND_MS / 10)).toEqual(Array.from({ length: 20 }, () => 64));
    expect([new Set(looks).size, most]).toEqual([640, 64]);
  });

  it('looks at 10,000 in a longer round, no more than 2560 a second, and at none of them twice', async () => {
    list = names(10_000);
    patrol.start();
    await jest.advanceTimersByTimeAsync(ROUND_MS - 1);
    expect(await looksIn(3, 1000)).toEqual([2560, 2560, 2560]);
    await jest.advanceTimersByTimeAsync(157 * 25 - 3000);
    expect([looks.length, new Set(looks).size]).toEqual([10_000, 10_000]);
    expect((await looksIn(1, 25))[0]).toBe(64);
  });

  it('never has more than 64 looks under way, nor two rounds, however slow the store is', async () => {
    list = names(200);
    takesMs = 5000;
    patrol.start();
    await jest.advanceTimersByTimeAsync(ROUND_MS + 4 * takesMs - 1);
    expect([looks.length, new Set(looks).size, most]).toEqual([200, 200, 64]);
    await jest.advanceTimersByTimeAsync(10);
    expect(looks.length).toBe(264);
  });

  it('counts the time of the looks as part of the round', async () => {
    list = names(1);
    takesMs = 500;
    patrol.start();
    expect(await looksIn(4, ROUND_MS)).toEqual([1, 1, 1, 1]);
  });

  it('does nothing while there is nothing, and takes what has come in the next round', async () => {
    patrol.start();
    expect(await looksIn(2, ROUND_MS)).toEqual([0, 0]);
    list = names(2);
    expect(await looksIn(1, ROUND_MS)).toEqual([2]);
  });

  it('that is stopped leaves the rest of its round, also while looks are under way, and can begin anew', async () => {
    list = names(200);
    takesMs = 100;
    patrol.start();
    await jest.advanceTimersByTimeAsync(ROUND_MS);
    patrol.stop();
    await jest.advanceTimersByTimeAsync(10 * ROUND_MS);
    expect([looks.length, jest.getTimerCount()]).toEqual([64, 0]);
    list = names(1);
    patrol.start();
    expect(await looksIn(2, ROUND_MS)).toEqual([1, 1]);
  });
});
