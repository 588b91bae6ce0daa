import { describe, expect, it } from '@jest/globals';
import { HMACCredentialProvider } from '../../../../lib/credentials/hmac-credential-provider.js';
import { RandomCredentialProvider } from '../../../../lib/credentials/random-credential-provider.js';
import { isSessionId, joinToken, splitToken } from '../../../../lib/credentials/token.js';
import { SessionError } from '../../../../lib/errors/session-error.js';
import { idOfInnerToken, innerTokenOf } from '../../../../lib/providers/four-method/inner-token.js';
import { thrownBy } from '../../../support/thrown-by.js';

const LONG = 'a'.repeat(16);

describe('the id of a session that a class of four methods named', () => {
  it.each([
    ['a random token', new RandomCredentialProvider().createSessionToken()],
    [
      'a signed token',
      new HMACCredentialProvider({ secret: 'q3Kz8vXw2LmN7pRt5YbC1dFg6HjS9aEu' }).createSessionToken(),
    ],
    ['a UUID', '0d9e1c52-5b6f-4c3e-9a51-6f0f3f6f8a11'],
    ['three parts', `${LONG}.b.c`],
  ])('is told back from %s', (_, token) => {
    const id = idOfInnerToken(token, 'MyProvider');
    expect(isSessionId(id)).toBe(true);
    expect(innerTokenOf(id)).toBe(token);
  });

  it('parts from a secret, however long', () => {
    const id = idOfInnerToken('a'.repeat(511), 'MyProvider');
    const parts = { id, secret: 's'.repeat(512) };
    expect(splitToken(joinToken(parts))).toEqual(parts);
  });

  it.each([
    ['a number', 17],
    ['nothing', undefined],
    ['a short string', 'abc'],
    ['a tilde', `${LONG}~b`],
    ['a slash', `${LONG}/b`],
    ['padding', `${LONG}==`],
    ['an empty part', `${LONG}..b`],
    ['a dot at the end', `${LONG}.`],
    ['a line break', `${LONG}\n`],
    ['too many characters', 'a'.repeat(512)],
  ])('is refused for %s, without showing it', (_, token) => {
    const refusal = thrownBy(() => idOfInnerToken(token, 'MyProvider'));
    expect(refusal).toBeInstanceOf(SessionError);
    expect(refusal).toHaveProperty('code', 'BAD_SESSION_TOKEN');
    expect(String(refusal)).toContain('createSession() of MyProvider');
    expect(String(refusal)).not.toContain(LONG);
  });
});
