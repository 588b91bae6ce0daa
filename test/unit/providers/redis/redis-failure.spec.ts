import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { bareFailure, within } from '../../../../lib/providers/redis/redis-failure.js';
import { rejectionOf } from '../../../support/thrown-by.js';

const SECRET = 'the text of a record';

describe('the failure of a client', () => {
  it('keeps what was said and its code, and nothing else', () => {
    const failure = bareFailure(
      Object.assign(new Error('connect ECONNREFUSED ::1'), { code: 'ECONNREFUSED', SECRET }),
    );
    expect(failure).toMatchObject({ message: 'connect ECONNREFUSED ::1', code: 'ECONNREFUSED' });
    expect(Object.keys(failure)).toEqual(['code']);
  });

  it.each([
    [
      'the command that ioredis hangs on it',
      Object.assign(new Error('OOM'), { command: { args: [SECRET] } }),
    ],
    [
      'the arguments that Redis repeats',
      new Error(`ERR unknown command 'SET', with args beginning with: '${SECRET}'`),
    ],
    ['what stands on further lines', new Error(`ERR\n${SECRET}`)],
    ['its cause', new Error('OOM', { cause: new Error(SECRET) })],
  ])('does not tell %s', (_, error) => {
    expect(inspect(bareFailure(error), { depth: 10, showHidden: true })).not.toContain(SECRET);
  });

  it('has something to say when the client has not', () => {
    expect(bareFailure(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })).message).toBe(
      'The client failed with ECONNREFUSED.',
    );
    expect(bareFailure('closed').message).toBe('The client failed.');
  });
});

describe('a task with a deadline', () => {
  it('answers in time as if there were none', async () => {
    expect(await within(1000, Promise.resolve(1))).toBe(1);
    await expect(within(1000, Promise.reject(new Error('OOM')))).rejects.toThrow('OOM');
  });

  it('is given up when it is late', async () => {
    const error = await rejectionOf(within(5, new Promise(() => undefined)));
    expect(error.message).toBe('There was no answer within 5 ms.');
  });
});
