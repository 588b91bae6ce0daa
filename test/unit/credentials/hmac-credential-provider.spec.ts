import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { HMACCredentialProvider } from '../../../lib/credentials/hmac-credential-provider.js';
import { newNonce } from '../../../lib/credentials/nonce.js';
import { isSecret, newSessionId } from '../../../lib/credentials/token.js';

const [first, second] = [newNonce(), newNonce()];
const provider = new HMACCredentialProvider({ secrets: [first] });
const id = newSessionId();

describe('HMACCredentialProvider', () => {
  it('makes nonce.mac of 256 bits each, fit for a cookie', () => {
    const secret = provider.createSessionToken(id);
    expect(secret.split('.').map((part) => Buffer.from(part, 'base64url').length)).toEqual([32, 32]);
    expect(isSecret(secret)).toBe(true);
  });

  it('accepts what it made, for the session it was made for', () => {
    const secret = provider.createSessionToken(id);
    expect(provider.validateSessionToken(secret, id)).toBe(true);
    expect(provider.validateSessionToken(secret, newSessionId())).toBe(false);
    expect(provider.validateSessionToken(secret)).toBe(false);
  });

  it('makes and accepts secrets without an id, for a provider that names its records itself', () => {
    expect(provider.validateSessionToken(provider.createSessionToken())).toBe(true);
  });

  it('never makes the same secret again', () => {
    expect(provider.createSessionToken(id)).not.toBe(provider.createSessionToken(id));
  });

  it('accepts secrets of an older key until that is taken out of the list', () => {
    const old = new HMACCredentialProvider({ csrf_secret: second }).createSessionToken(id);
    expect(new HMACCredentialProvider({ secrets: [first, second] }).validateSessionToken(old, id)).toBe(true);
    expect(provider.validateSessionToken(old, id)).toBe(false);
  });

  it('refuses a secret with any one character changed', () => {
    const secret = provider.createSessionToken(id);
    for (let at = 0; at < secret.length; at++) {
      const changed = secret.slice(0, at) + (secret[at] === 'A' ? 'E' : 'A') + secret.slice(at + 1);
      expect(provider.validateSessionToken(changed, id)).toBe(false);
    }
  });

  it.each([
    ['nothing', () => ''],
    ['the nonce alone', (secret: string) => secret.slice(0, 43)],
    ['a third part', (secret: string) => `${secret}.${secret.slice(0, 43)}`],
    ['padding', (secret: string) => `${secret}=`],
    ['a line break at the end', (secret: string) => `${secret}\n`],
    ['a space before', (secret: string) => ` ${secret}`],
    ['a percent sign', (secret: string) => secret.replace('.', '%2E')],
  ])('refuses %s', (_, spoil) => {
    expect(provider.validateSessionToken(spoil(provider.createSessionToken(id)), id)).toBe(false);
  });

  it('shows no secret', () => {
    expect(inspect(provider, { showHidden: true, depth: 9 }) + JSON.stringify(provider)).not.toContain(first);
  });
});
