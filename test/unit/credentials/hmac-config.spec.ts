import { describe, expect, it } from '@jest/globals';
import { readHMACConfig, readTimedHMACConfig } from '../../../lib/credentials/hmac-config.js';
import { newNonce } from '../../../lib/credentials/nonce.js';
import { SessionError } from '../../../lib/errors/session-error.js';

const [first, second] = [newNonce(), newNonce()];
const HOUR_MS = 3_600_000;

function refusal(read: (config: unknown) => unknown, config: unknown): string {
  try {
    read(config);
  } catch (error) {
    if (error instanceof SessionError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the secrets of auth.config', () => {
  it.each([
    ['secrets', { secrets: [first, second] }, [first, second]],
    ['secret', { secret: first }, [first]],
    ["the chapter's csrf_secret", { csrf_secret: first }, [first]],
    ['csrfSecret', { csrfSecret: first }, [first]],
    [
      'secrets beside csrf_secret, which then is not ours',
      { secrets: [first], csrf_secret: 'short' },
      [first],
    ],
    ['secret beside csrf_secret', { csrf_secret: second, secret: first }, [first]],
  ])('may stand under %s', (_, config, secrets) => {
    expect(readHMACConfig(config)).toEqual({ secrets });
  });

  it.each([
    ['no configuration', undefined, /auth\.config\.secrets is missing, wanted at least one secret/],
    ['null', null, /auth\.config\.secrets is missing/],
    ['an unset variable', { secret: undefined }, /auth\.config\.secrets is missing/],
    ['an empty list', { secrets: [] }, /auth\.config\.secrets is an empty list/],
    ['no list', { secrets: first }, /auth\.config\.secrets is a string, wanted a list/],
    ['a number', { secrets: [first, 7] }, /auth\.config\.secrets\.1 is a number, wanted a string/],
    ['a list in the list', { secrets: [[first]] }, /auth\.config\.secrets\.0 is a list, wanted a string/],
    ['an empty secret', { secret: '' }, /auth\.config\.secret is a string of 0 bytes, wanted at least 32/],
    ['a short csrf_secret', { csrf_secret: 'abc' }, /auth\.config\.csrf_secret is a string of 3 bytes/],
    ['a doubled secret', { secrets: [first, second, first] }, /secrets\.2 is the same as secrets\.0/],
    [
      'secret and secrets',
      { secret: second, secrets: [first] },
      /auth\.config\.secret is given beside secrets/,
    ],
    [
      'an unknown key',
      { secret: first, secert: second },
      /auth\.config\.secert is given, wanted one of secrets/,
    ],
  ])('are refused: %s', (_, config, message) => {
    expect(refusal(readHMACConfig, config)).toMatch(message);
    expect(refusal(readTimedHMACConfig, config)).toMatch(message);
  });

  it('are refused with a command that makes a good one', () => {
    expect(refusal(readHMACConfig, { csrf_secret: 'abc' })).toMatch(/randomBytes\(32\)/);
  });
});

describe('the lifetime of auth.config', () => {
  const ttlMs = (config: object): number => readTimedHMACConfig({ secret: first, ...config }).ttlMs;

  it('is 12 hours when nothing is said', () => {
    expect(ttlMs({})).toBe(12 * HOUR_MS);
    expect(ttlMs({ ttl: undefined, csrf_ttl_seconds: null })).toBe(12 * HOUR_MS);
  });

  it.each([
    [{ ttl: 90 }, 90_000],
    [{ ttl: 0.5 }, 500],
    [{ ttl: '90' }, 90_000],
    [{ ttl: '12h' }, 12 * HOUR_MS],
    [{ ttl: '1.5 hours' }, 1.5 * HOUR_MS],
    [{ ttl: '250ms' }, 250],
    [{ csrf_ttl_seconds: 3600 }, HOUR_MS],
    [{ csrf_ttl_seconds: '3600' }, HOUR_MS],
    [{ csrfTtlSeconds: 3600 }, HOUR_MS],
    [{ ttl: '2h', csrf_ttl_seconds: 3600 }, 2 * HOUR_MS],
  ])('reads %j', (config, expected) => {
    expect(ttlMs(config)).toBe(expected);
  });

  it.each([
    [{ ttl: 0 }, /auth\.config\.ttl is 0, wanted a duration above zero/],
    [{ ttl: -5 }, /ttl is -5/],
    [{ ttl: Number.NaN }, /ttl is NaN/],
    [{ ttl: Infinity }, /ttl is Infinity/],
    [{ ttl: 0.0001 }, /ttl is 0\.0001/],
    [{ ttl: '-1h' }, /ttl is "-1h"/],
    [{ ttl: '12 parsecs' }, /ttl is "12 parsecs"/],
    [{ ttl: '' }, /ttl is ""/],
    [{ ttl: true }, /ttl is boolean/],
    [{ ttl: '9'.repeat(200) }, /ttl is "9{40}"/],
    [{ csrf_ttl_seconds: 0 }, /auth\.config\.csrf_ttl_seconds is 0/],
  ])('refuses %j', (config, message) => {
    expect(refusal(readTimedHMACConfig, { secret: first, ...config })).toMatch(message);
  });

  it.each([['ttl'], ['csrf_ttl_seconds']])('%s is refused where it would not be kept', (key) => {
    expect(refusal(readHMACConfig, { secret: first, [key]: 60 })).toMatch(/take TimedHMACCredentialProvider/);
  });
});

describe('auth.config', () => {
  it('names all its problems in one error', () => {
    const message = refusal(readTimedHMACConfig, { secrets: ['keyboard cat', 7], ttl: 'soon', salt: 'x' });
    for (const key of ['secrets.0', 'secrets.1', 'ttl', 'salt'])
      expect(message).toContain(`auth.config.${key} is `);
    expect(message).toContain('4 problems');
  });
});
