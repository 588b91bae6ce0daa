import { describe, expect, it } from '@jest/globals';
import { HMACCredentialProvider } from '../../lib/credentials/hmac-credential-provider.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { RandomCredentialProvider } from '../../lib/credentials/random-credential-provider.js';
import { joinToken, newSessionId } from '../../lib/credentials/token.js';
import { cookiePolicy, secureFor } from '../../lib/http/cookie/cookie-policy.js';
import { setCookie } from '../../lib/http/cookie/write-cookie.js';

const TOKEN = '[\\w-]{22}(?:\\.[\\w-]{43}){1,2}';
const OVER_HTTP = new RegExp(`^serving_session=${TOKEN}; Path=/; HttpOnly; SameSite=Lax$`);
const OVER_TLS = new RegExp(`^serving_session=${TOKEN}; Path=/; HttpOnly; SameSite=Lax; Secure$`);

const id = newSessionId();
const credentials = [
  ['random', new RandomCredentialProvider()],
  ['signed', new HMACCredentialProvider({ secret: newNonce() })],
] as const;

describe.each(credentials)('A26 the Set-Cookie line of a %s token', (_, provider) => {
  const token = joinToken({ id, secret: provider.createSessionToken(id) });
  const line = (encrypted: boolean, production: boolean): string =>
    setCookie(cookiePolicy(), token, { secure: secureFor(cookiePolicy(), { encrypted, production }) });

  it('is exactly name, token, Path, HttpOnly and SameSite in development', () => {
    expect(line(false, false)).toMatch(OVER_HTTP);
  });

  it('is Secure besides over TLS, and always in production', () => {
    for (const [encrypted, production] of [
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      expect(line(encrypted, production)).toMatch(OVER_TLS);
    }
  });

  it('leaves room below the 4096 bytes that browsers store', () => {
    expect(line(true, true).length).toBeLessThan(256);
  });
});

describe('A26, unprotected', () => {
  it.each([
    ['no attributes', (line: string) => line.split(';')[0]],
    ['no HttpOnly', (line: string) => line.replace('; HttpOnly', '')],
    ['a Domain', (line: string) => `${line}; Domain=example.com`],
    ['a Max-Age', (line: string) => `${line}; Max-Age=3600`],
    ['an encoded token', (line: string) => line.replace('.', '%2E')],
    ['a short token', (line: string) => line.replace(/=[\w-]+/, '=1')],
  ])('with %s the test fails', (_, spoil) => {
    const token = joinToken({ id, secret: new RandomCredentialProvider().createSessionToken() });
    const line = setCookie(cookiePolicy(), token, { secure: false });
    expect(line).toMatch(OVER_HTTP);
    expect(spoil(line)).not.toMatch(OVER_HTTP);
  });
});
