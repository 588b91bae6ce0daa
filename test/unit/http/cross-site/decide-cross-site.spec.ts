import { describe, expect, it } from '@jest/globals';
import { type CrossSiteFacts, decideCrossSite } from '../../../../lib/http/cross-site/decide-cross-site.js';

const LISTED = 'https://admin.example.com';
const OWN = 'https://app.example.com';

const verdictOn = (facts: Partial<CrossSiteFacts>): string => {
  const all = { method: 'POST', host: 'app.example.com', encrypted: false, ...facts };
  const { allowed, reason } = decideCrossSite(all, new Set([LISTED]));
  return `${allowed ? 'allow' : 'deny'}: ${reason}`;
};

describe('decideCrossSite()', () => {
  it.each<[Partial<CrossSiteFacts>, string]>([
    [{ method: 'GET', site: 'cross-site', origin: 'null' }, 'allow: safe-method'],
    [{ method: 'HEAD', site: 'cross-site' }, 'allow: safe-method'],
    [{ method: 'OPTIONS', site: 'cross-site', origin: 'https://evil.example' }, 'allow: safe-method'],
    [{ method: 'get', site: 'cross-site' }, 'deny: cross-site'],
    [{ method: 'QUERY', site: 'cross-site' }, 'deny: cross-site'],
    [{ method: '', site: 'cross-site' }, 'deny: cross-site'],
    [{ site: 'same-origin', origin: 'null' }, 'allow: same-origin'],
    [{ site: 'none' }, 'allow: user-initiated'],
    [{ site: 'same-site', origin: LISTED }, 'allow: allowed-origin'],
    [{ site: 'cross-site', origin: LISTED }, 'allow: allowed-origin'],
    [{ origin: LISTED }, 'allow: allowed-origin'],
    [{ site: 'same-site', origin: 'https://shop.example.com' }, 'deny: same-site'],
    [{ site: 'same-site' }, 'deny: same-site'],
    [{ site: 'cross-site', origin: OWN }, 'deny: cross-site'],
    [{ site: 'cross-site', origin: 'null' }, 'deny: cross-site'],
    [{ site: 'Same-Origin', origin: OWN }, 'deny: unknown-site'],
    [{ site: 'same-origin, same-origin', origin: OWN }, 'deny: unknown-site'],
    [{}, 'allow: no-browser'],
    [{ site: '', origin: '' }, 'allow: no-browser'],
    [{ origin: 'null' }, 'deny: opaque-origin'],
    [{ origin: 'null', host: 'null' }, 'deny: opaque-origin'],
    [{ origin: `${OWN}/` }, 'deny: malformed-origin'],
    [{ origin: `${OWN}, ${LISTED}` }, 'deny: malformed-origin'],
    [{ origin: `${LISTED}:443` }, 'deny: other-origin'],
    [{ origin: `${OWN}:8443` }, 'deny: other-origin'],
    [{ origin: OWN, host: undefined }, 'deny: other-origin'],
    [{ origin: 'http://app.example.com', encrypted: true }, 'deny: insecure-origin'],
    [{ origin: 'http://app.example.com' }, 'allow: origin-is-host'],
    [{ origin: OWN, encrypted: true }, 'allow: origin-is-host'],
    [{ origin: OWN }, 'allow: origin-is-host'],
  ])('says of %j: %s', (facts, verdict) => {
    expect(verdictOn(facts)).toBe(verdict);
  });
});
