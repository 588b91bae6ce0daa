import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { weaknessOf } from '../../../lib/credentials/weak-secret.js';

describe('weaknessOf', () => {
  it.each([['hex'], ['base64'], ['base64url']] as const)(
    'finds nothing in 32 random bytes as %s',
    (encoding) => {
      for (let run = 0; run < 200; run++)
        expect(weaknessOf(randomBytes(32).toString(encoding))).toBeUndefined();
    },
  );

  it('finds nothing in a random secret that says what it is for', () => {
    expect(weaknessOf(`prod-session-secret-${randomBytes(32).toString('base64url')}`)).toBeUndefined();
  });

  it('finds nothing in a long sentence of its own, in any script', () => {
    expect(weaknessOf('the seven grey herons of Oude Maas')).toBeUndefined();
    expect(weaknessOf('семь серых цапель у реки')).toBeUndefined();
  });

  it('counts bytes: 31 are too few, 32 are enough', () => {
    const secret = randomBytes(24).toString('base64url');
    expect(weaknessOf(secret.slice(0, 31))).toEqual({
      seen: 'a string of 31 bytes',
      wanted: 'at least 32 bytes',
    });
    expect(weaknessOf(secret)).toBeUndefined();
  });

  it.each([
    ['keyboard cat'],
    ['Keyboard-Cat'],
    ['secret'],
    ['changeme'],
    ['change-me-please-change-me-now-please'],
    ['change-me-to-a-random-string-of-at-least-32-characters'],
    ['a secret with minimum length of 32 characters'],
    ['averylogphrasebiggerthanthirtytwochars'],
    ['complex_password_at_least_32_characters_long'],
    ['your session secret, at least 32 chars!!'],
    ['dev-secret-dev-secret-dev-secret-dev'],
  ])('knows %p from examples', (secret) => {
    expect(weaknessOf(secret)?.seen).toMatch(/known from examples|reads like an example/);
  });

  it.each([
    ['one character', 'x'.repeat(64)],
    ['few characters', 'abcabdabeacbadbaecabdeabcdeacbade'],
    ['one piece over and over', 'Tr0ub4dor&3Tr0ub4dor&3Tr0ub4dor&3Tr0'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz0123456789'],
  ])('sees the pattern in %s', (_, secret) => {
    expect(weaknessOf(secret)?.seen).toMatch(/simple pattern/);
  });
});
