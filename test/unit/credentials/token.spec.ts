import { describe, expect, it } from '@jest/globals';
import {
  digestOf,
  isSecret,
  isSessionId,
  joinToken,
  newSessionId,
  sameDigest,
  splitToken,
} from '../../../lib/credentials/token.js';

const id = newSessionId();
const secret = 's'.repeat(43);

describe('newSessionId', () => {
  it('is 128 bits of base64url', () => {
    expect(id).toMatch(/^[A-Za-z0-9_-]{21}[AQgw]$/);
    expect(isSessionId(id)).toBe(true);
  });

  it('never repeats', () => {
    expect(new Set(Array.from({ length: 100 }, newSessionId)).size).toBe(100);
  });
});

describe('splitToken', () => {
  it('undoes joinToken', () => {
    expect(splitToken(joinToken({ id, secret }))).toEqual({ id, secret });
  });

  it('parts at the first dot, so a secret may hold more of them', () => {
    expect(splitToken(`${id}.${secret}.1700000000000.${secret}`)).toEqual({
      id,
      secret: `${secret}.1700000000000.${secret}`,
    });
  });

  it('takes an id that a wrapped provider made out of a token with dots', () => {
    expect(splitToken(`${id}~part.${secret}`)?.id).toBe(`${id}~part`);
  });

  it.each([
    ['no dot', 'a'.repeat(60)],
    ['a short id', `abc.${secret}`],
    ['an empty id', `.${secret}`],
    ['a short secret', `${id}.abc`],
    ['no secret', `${id}.`],
    ['a secret of 513 characters', `${id}.${'s'.repeat(513)}`],
    ['more than 1024 characters', `${'i'.repeat(1000)}.${secret}`],
    ['a line break at the end', `${id}.${secret}\n`],
    ['an id that ends in a tilde', `${id}~.${secret}`],
    ['nothing at all', ''],
  ])('refuses %s', (_, token) => {
    expect(splitToken(token)).toBeUndefined();
  });
});

describe('isSecret', () => {
  it('takes 16 to 512 characters that need no escape in a cookie', () => {
    expect([15, 16, 512, 513].map((length) => isSecret('~'.repeat(length)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it.each([[undefined], [null], [42], [['a'.repeat(43)]], [{ length: 43 }]])('refuses %p', (value) => {
    expect(isSecret(value)).toBe(false);
  });
});

describe('sameDigest', () => {
  it('is true for the digest of the same secret only', () => {
    expect(sameDigest(digestOf(secret), digestOf(secret))).toBe(true);
    expect(sameDigest(digestOf(secret), digestOf(`${secret}x`))).toBe(false);
  });

  it('is false, and no error, for texts of different length', () => {
    expect(sameDigest(digestOf(secret), '')).toBe(false);
  });
});
