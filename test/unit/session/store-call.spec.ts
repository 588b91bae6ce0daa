import { describe, expect, it } from '@jest/globals';
import { isPromise, withinTimeout } from '../../../lib/session/store-call.js';
import { Gate } from '../../../lib/testing/gate.js';

describe('a task within a timeout', () => {
  it('answers at once when it can', () => {
    expect(withinTimeout('load', 10, () => 7)).toBe(7);
  });

  it('throws at once when it does', () => {
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => withinTimeout('load', 10, fail)).toThrow('no');
  });

  it('rejects with the name of the operation and the time that it had', async () => {
    const never = withinTimeout('load', 10, () => new Promise(() => undefined));
    await expect(never).rejects.toMatchObject({
      code: 'STORE_TIMEOUT',
      statusCode: 503,
      message: expect.stringMatching(/"load" within 10 ms/),
    });
  });

  it('is told that nobody waits any more', async () => {
    const gate = new Gate();
    let told: unknown;
    const task = withinTimeout('load', 10, async (attention) => {
      attention.check();
      await gate.pass();
      try {
        attention.check();
      } catch (error) {
        told = error;
      }
    });
    await expect(task).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    gate.open();
    await gate.pass();
    expect(told).toMatchObject({ code: 'STORE_TIMEOUT' });
  });

  it('lets go of what it waits for when its own time is over', async () => {
    let inner: Promise<unknown> | undefined;
    const outer = withinTimeout('commit', 10, (attention) => {
      inner = attention.whileItLasts(new Promise(() => undefined));
      return inner;
    });
    await expect(outer).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    await expect(inner).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
  });
});

describe('isPromise', () => {
  it('knows a promise by its then', () => {
    // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
    const thenable = { then: () => undefined } as unknown as Promise<unknown>;
    expect([Promise.resolve(), thenable].map((value) => isPromise(value))).toEqual([true, true]);
    expect([null, undefined, 'then', {}, () => 1].filter((value) => isPromise(value))).toEqual([]);
  });
});
