import { describe, expect, it } from '@jest/globals';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { isSecret } from '../../../lib/credentials/token.js';

const provider = new RandomCredentialProvider();

describe('RandomCredentialProvider', () => {
  it('makes secrets of 256 bits that it accepts', () => {
    const secret = provider.createSessionToken();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(isSecret(secret)).toBe(true);
    expect(provider.validateSessionToken(secret)).toBe(true);
  });

  it('never makes the same secret again', () => {
    expect(new Set(Array.from({ length: 100 }, () => provider.createSessionToken())).size).toBe(100);
  });

  it.each([
    ['a second spelling of the same bytes', `${'A'.repeat(42)}B`],
    ['padding', `${'A'.repeat(43)}=`],
    ['the alphabet of plain base64', `+/${'A'.repeat(41)}`],
    ['a character less', 'A'.repeat(42)],
    ['a line break at the end', `${'A'.repeat(43)}\n`],
    ['nothing', ''],
  ])('refuses %s', (_, secret) => {
    expect(provider.validateSessionToken(secret)).toBe(false);
  });
});
