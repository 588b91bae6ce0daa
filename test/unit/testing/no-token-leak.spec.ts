import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { joinToken, newSessionId } from '../../../lib/credentials/token.js';
import { expectNoTokenLeak } from '../../../lib/testing/app/no-token-leak.js';
import { thrownBy } from '../../support/thrown-by.js';

const id = newSessionId();
const secret = new RandomCredentialProvider().createSessionToken();
const token = joinToken({ id, secret });

describe('expectNoTokenLeak', () => {
  it.each<[what: string, output: unknown]>([
    ['the token', `Cookie: serving_session=${token}`],
    ['its secret alone', [`secret ${secret}`]],
    ['a field of an object', { deep: { session: { token } } }],
    ['the cause of an error', new Error('failed', { cause: new Error(token) })],
    ['what is not enumerable', Object.defineProperty({}, 'hidden', { value: token, enumerable: false })],
    ['a map', new Map([[token, 1]])],
    ['base64', Buffer.from(`x${token}`).toString('base64')],
    ['base64 behind two bytes', Buffer.from(`xy${token} and more`).toString('base64url')],
    ['base64 behind three bytes', Buffer.from(`xyz${token}`).toString('base64')],
    ['hex', Buffer.from(token).toString('hex')],
  ])('finds it in %s, and does not repeat it', (_, output) => {
    const error = thrownBy(() => expectNoTokenLeak(output, 'another-secret-of-mine', token));
    expect(error).toBeInstanceOf(AssertionError);
    expect(String(error)).toContain('A token leaks');
    expect(String(error)).not.toContain(secret.slice(0, 8));
  });

  it('shows what stands before it, without another token', () => {
    const other = new RandomCredentialProvider().createSessionToken();
    const error = thrownBy(() => expectNoTokenLeak(`${other} and then ${secret}`, secret, other));
    expect(String(error)).toContain('… and then ');
    expect(String(error)).not.toContain(other.slice(-8));
  });

  it.each<[what: string, output: unknown]>([
    ['the id', { id }],
    ['nothing', undefined],
    [
      'another token',
      joinToken({ id: newSessionId(), secret: new RandomCredentialProvider().createSessionToken() }),
    ],
  ])('acquits %s', (_, output) => {
    expect(() => expectNoTokenLeak(output, token)).not.toThrow();
  });

  it('fails when there is nothing that could leak', () => {
    expect(() => expectNoTokenLeak('whatever')).toThrow(AssertionError);
  });
});
