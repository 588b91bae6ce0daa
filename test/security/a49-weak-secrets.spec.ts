import { describe, expect, it } from '@jest/globals';
import { HMACCredentialProvider } from '../../lib/credentials/hmac-credential-provider.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { SigningKeys } from '../../lib/credentials/signing-keys.js';
import { TimedHMACCredentialProvider } from '../../lib/credentials/timed-hmac-credential-provider.js';
import { newSessionId } from '../../lib/credentials/token.js';
import type { SessionError } from '../../lib/errors/session-error.js';

const good = newNonce();

const WEAK = [
  'keyboard cat',
  'secret',
  'shhhhh',
  'change-me',
  'change-me-in-production-change-me-in-production',
  'a secret with minimum length of 32 characters',
  good.slice(0, 31),
  'A'.repeat(32),
  '\0'.repeat(64),
  '0123456789'.repeat(4),
];

function refusal(make: () => unknown): SessionError | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    return error as SessionError;
  }
}

describe.each([
  ['HMACCredentialProvider', HMACCredentialProvider],
  ['TimedHMACCredentialProvider', TimedHMACCredentialProvider],
] as const)('A49 weak secrets of %s', (_, Provider) => {
  it.each(WEAK.map((secret) => [secret]))('%j stops the boot, under every key', (secret) => {
    for (const config of [
      { secret },
      { secrets: [secret] },
      { secrets: [good, secret] },
      { csrf_secret: secret },
    ]) {
      expect(refusal(() => new Provider(config))).toMatchObject({ code: 'CONFIG_INVALID' });
    }
  });

  it.each([
    ['an empty list', { secrets: [] }],
    ['no secret', {}],
    ['a doubled secret', { secrets: [good, good] }],
    ['an unset variable', { secrets: [good, undefined as never] }],
  ])('%s stops the boot', (__, config) => {
    expect(refusal(() => new Provider(config))).toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('are all named in one error, by place and length, never by value', () => {
    const error = refusal(() => new Provider({ secrets: [good, ...WEAK, good] }));
    const text = `${error?.message} ${error?.stack} ${JSON.stringify(error)}`;
    for (let index = 1; index <= WEAK.length + 1; index++) {
      expect(text).toContain(`auth.config.secrets.${index} is `);
    }
    for (const secret of [good, good.slice(0, 31), ...WEAK.filter((weak) => weak !== 'secret')]) {
      expect(text).not.toContain(secret);
    }
  });

  it('do not keep a good secret out', () => {
    expect(refusal(() => new Provider({ secrets: [good, newNonce()] }))).toBeUndefined();
  });
});

describe('A49, unprotected', () => {
  it('whoever guesses the secret makes tokens that open any session', () => {
    const [ours, attackers] = ['keyboard cat', 'keyboard cat'].map(
      (secret) => new SigningKeys([secret], 'p/1'),
    );
    const message = `${newSessionId()}.${newNonce()}`;
    expect(ours?.verifies(message, attackers?.sign(message) ?? '')).toBe(true);
  });
});
