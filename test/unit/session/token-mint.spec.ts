import { describe, expect, it } from '@jest/globals';
import { HMACCredentialProvider } from '../../../lib/credentials/hmac-credential-provider.js';
import { newNonce } from '../../../lib/credentials/nonce.js';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { digestOf, newSessionId, splitToken } from '../../../lib/credentials/token.js';
import { TokenMint } from '../../../lib/session/token-mint.js';

const id = newSessionId();

describe('a mint', () => {
  it('gives the client a token, and the record its digest only', () => {
    const { token, digest } = new TokenMint(new RandomCredentialProvider()).issue(id);
    const { secret } = splitToken(token) ?? { secret: '' };
    expect(splitToken(token)?.id).toBe(id);
    expect(digest).toBe(digestOf(secret));
  });

  it('reads its tokens back, and knows their digest', () => {
    const mint = new TokenMint(new RandomCredentialProvider());
    const { token, digest } = mint.issue(id);
    expect(mint.read(token)?.id).toBe(id);
    expect(mint.digestOf(token)).toBe(digest);
  });

  it('reads nothing that its credential provider could not have made', () => {
    const mint = new TokenMint(new HMACCredentialProvider({ secrets: [newNonce()] }));
    const other = new TokenMint(new HMACCredentialProvider({ secrets: [newNonce()] }));
    for (const token of ['', 'nonsense', `${id}.${newNonce()}`, other.issue(id).token]) {
      expect([mint.read(token), mint.digestOf(token)]).toEqual([undefined, undefined]);
    }
  });

  it('makes tokens of its realm, which open nothing in another', () => {
    const credentials = new RandomCredentialProvider();
    const [plain, admin] = [new TokenMint(credentials), new TokenMint(credentials, 'admin')];
    const { token, digest } = plain.issue(id);
    expect(plain.digestOf(token)).toBe(digest);
    expect(admin.digestOf(token)).not.toBe(digest);
  });

  it.each(['', 'short', 'x'.repeat(513), 'with space in it', 'line\nbreak in it', 7, undefined])(
    'refuses a secret that cannot be part of a cookie: %j',
    (secret) => {
      const mint = new TokenMint({
        createSessionToken: () => secret as string,
        validateSessionToken: () => true,
      });
      expect(() => mint.issue(id)).toThrow(expect.objectContaining({ code: 'BAD_CREDENTIAL' }));
    },
  );

  it('shows nothing of its secrets when it is printed', () => {
    const secret = newNonce();
    const mint = new TokenMint(new HMACCredentialProvider({ secrets: [secret] }));
    expect(JSON.stringify(mint)).not.toContain(secret);
  });
});
