import { describe, expect, it } from '@jest/globals';
import { decideUpgrade } from '../../../../lib/http/cross-site/decide-upgrade.js';

const HOST = 'app.example.com';
const LISTED = 'https://admin.example.com';

const reasonFor = (
  origin: string | undefined,
  site: string | undefined,
  { withoutOrigin = 'refuse', encrypted = false, host = HOST } = {},
): string => {
  const policy = { allowed: new Set([LISTED]), withoutOrigin: withoutOrigin as 'refuse' | 'allow' };
  const { allowed, reason } = decideUpgrade({ origin, site, host, encrypted }, policy);
  return `${allowed ? 'allow' : 'deny'}: ${reason}`;
};

describe('decideUpgrade()', () => {
  it.each([
    [LISTED, undefined, 'allow: allowed-origin'],
    [LISTED, 'cross-site', 'allow: allowed-origin'],
    [undefined, 'same-origin', 'allow: same-origin'],
    [undefined, undefined, 'deny: no-origin'],
    ['', '', 'deny: no-origin'],
    [undefined, 'none', 'deny: no-origin'],
    [undefined, 'same-site', 'deny: no-origin'],
    [undefined, 'cross-site', 'deny: no-origin'],
    ['null', 'same-origin', 'deny: opaque-origin'],
    ['https://app.example.com/', undefined, 'deny: malformed-origin'],
    ['https://app.example.com:8443', undefined, 'deny: other-origin'],
    ['https://evil.example', 'same-origin', 'deny: other-origin'],
    ['https://shop.example.com', 'same-site', 'deny: other-origin'],
    ['https://app.example.com', undefined, 'allow: origin-is-host'],
    ['http://app.example.com', undefined, 'allow: origin-is-host'],
  ])('Origin %j, Sec-Fetch-Site %j: %s', (origin, site, verdict) => {
    expect(reasonFor(origin, site)).toBe(verdict);
  });

  it('allows a client without both headers where the policy says so, and no page', () => {
    const withoutOrigin = 'allow';
    expect(reasonFor(undefined, undefined, { withoutOrigin })).toBe('allow: no-browser');
    expect(reasonFor(undefined, 'cross-site', { withoutOrigin })).toBe('deny: no-origin');
    expect(reasonFor('null', undefined, { withoutOrigin })).toBe('deny: opaque-origin');
  });

  it('refuses a page without TLS where the socket has TLS', () => {
    expect(reasonFor('http://app.example.com', undefined, { encrypted: true })).toBe('deny: insecure-origin');
    expect(reasonFor('https://app.example.com', undefined, { encrypted: true })).toBe(
      'allow: origin-is-host',
    );
  });
});
