import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { HMACCredentialProvider } from '../../lib/credentials/hmac-credential-provider.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { SigningKeys } from '../../lib/credentials/signing-keys.js';
import { TimedHMACCredentialProvider } from '../../lib/credentials/timed-hmac-credential-provider.js';
import { newSessionId } from '../../lib/credentials/token.js';

const NOW = 1_700_000_000_000;
const secret = newNonce();
const id = newSessionId();
const clock = { now: (): number => NOW };

const untimed = new HMACCredentialProvider({ csrf_secret: secret });
const timed = new TimedHMACCredentialProvider({ csrf_secret: secret }, { clock });

type Signer = (message: string) => string;
const keysOf = (purpose: string): Signer => {
  const keys = new SigningKeys([secret], purpose);
  return (message) => keys.sign(message);
};
const plain =
  (encoding: 'hex' | 'base64url'): Signer =>
  (message) =>
    createHmac('sha256', secret).update(message).digest(encoding);

/** Whoever signs something else with the same secret. */
const OTHERS: readonly (readonly [string, Signer])[] = [
  ['a CSRF token', keysOf('csrf-token/1')],
  ['a DBSC challenge', keysOf('dbsc-challenge/1')],
  ['the state of an OIDC login', keysOf('oidc-state/1')],
  ['a flash token', keysOf('flash-token/1')],
  ['a session token of the next format', keysOf('session-token/2')],
  ['a token of the original, which has one key for all', plain('hex')],
  ['a MAC made with the bare secret', plain('base64url')],
];

/** Every way in which such a token may lay out what it signs, id included. */
function tokensOf(sign: Signer): string[] {
  const nonce = newNonce();
  return [nonce, `${nonce}.${NOW}`].flatMap((body) =>
    [body, `${id}.${body}`, `.${body}`, `${body}.${id}`].map((message) => `${body}.${sign(message)}`),
  );
}

const opens = (provider: HMACCredentialProvider | TimedHMACCredentialProvider) => (token: string) =>
  provider.validateSessionToken(token, id) || provider.validateSessionToken(token);

describe('A45 session puzzling', () => {
  it.each(OTHERS)('%s made with the same secret opens no session', (_, sign) => {
    for (const token of tokensOf(sign)) {
      expect([untimed, timed].some((provider) => opens(provider)(token))).toBe(false);
    }
  });

  it('the two providers do not accept each other, whatever is cut out or put in', () => {
    const [nonce, madeAt, mac] = timed.createSessionToken(id).split('.');
    expect(untimed.validateSessionToken(`${nonce}.${mac}`, id)).toBe(false);
    expect(untimed.validateSessionToken(`${nonce}.${mac}`, `${id}.${madeAt}`)).toBe(false);
    const [other, otherMac] = untimed.createSessionToken(id).split('.');
    expect(timed.validateSessionToken(`${other}.${NOW}.${otherMac}`, id)).toBe(false);
  });

  it.each([
    ['untimed', untimed],
    ['timed', timed],
  ] as const)('a token of one session opens no other (%s)', (_, provider) => {
    const token = provider.createSessionToken(id);
    expect(provider.validateSessionToken(token, id)).toBe(true);
    expect(provider.validateSessionToken(token, newSessionId())).toBe(false);
    expect(provider.validateSessionToken(token, id.toLowerCase().replace(/[^a-z]/g, 'A'))).toBe(false);
  });
});

describe('A45, unprotected', () => {
  it('with one key for all purposes a CSRF token is a session token', () => {
    const validates = (token: string): boolean => {
      const [nonce = '', mac] = token.split('.');
      return plain('base64url')(nonce) === mac;
    };
    expect(tokensOf(plain('base64url')).some(validates)).toBe(true);
  });

  it('with the purpose of session tokens a foreign token opens a session: only the purpose keeps them apart', () => {
    expect(tokensOf(keysOf('session-token/1')).some(opens(untimed))).toBe(true);
    expect(tokensOf(keysOf('timed-session-token/1')).some(opens(timed))).toBe(true);
  });
});
