import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../../lib/credentials/nonce.js';
import { TimedHMACCredentialProvider } from '../../../lib/credentials/timed-hmac-credential-provider.js';
import { isSecret, newSessionId } from '../../../lib/credentials/token.js';

const START = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const secret = newNonce();
const id = newSessionId();

/** A provider and the hands of its clock. */
function at(now: number, config = {}): { provider: TimedHMACCredentialProvider; clock: { time: number } } {
  const clock = { time: now, now: () => clock.time };
  return { provider: new TimedHMACCredentialProvider({ secret, ...config }, { clock }), clock };
}

describe('TimedHMACCredentialProvider', () => {
  it('makes nonce.timestamp.mac, fit for a cookie', () => {
    const token = at(START).provider.createSessionToken(id);
    expect(token).toMatch(/^[\w-]{43}\.1700000000000\.[\w-]{43}$/);
    expect(isSecret(token)).toBe(true);
  });

  it('accepts a secret exactly while its lifetime runs', () => {
    const { provider, clock } = at(START, { ttl: '1h' });
    const token = provider.createSessionToken(id);
    const answers = [0, HOUR_MS - 1, HOUR_MS, HOUR_MS + 1].map((elapsed) => {
      clock.time = START + elapsed;
      return provider.validateSessionToken(token, id);
    });
    expect(answers).toEqual([true, true, false, false]);
  });

  it('gives 12 hours when nothing is said', () => {
    const { provider, clock } = at(START);
    const token = provider.createSessionToken(id);
    clock.time += 12 * HOUR_MS - 1;
    expect(provider.validateSessionToken(token, id)).toBe(true);
    clock.time += 1;
    expect(provider.validateSessionToken(token, id)).toBe(false);
  });

  it('accepts secrets of a machine whose clock runs ahead by a minute, and not by more', () => {
    const { provider } = at(START);
    const madeAhead = (ms: number): string => at(START + ms).provider.createSessionToken(id);
    expect(provider.validateSessionToken(madeAhead(60_000), id)).toBe(true);
    expect(provider.validateSessionToken(madeAhead(60_001), id)).toBe(false);
  });

  it('signs the timestamp', () => {
    const { provider } = at(START);
    const token = provider.createSessionToken(id);
    expect(provider.validateSessionToken(token.replace('.17', '.16'), id)).toBe(false);
    expect(provider.validateSessionToken(token.replace(`.${START}.`, `.${START + 1}.`), id)).toBe(false);
  });

  it('opens one session only', () => {
    const { provider } = at(START);
    const token = provider.createSessionToken(id);
    expect(provider.validateSessionToken(token, id)).toBe(true);
    expect(provider.validateSessionToken(token, newSessionId())).toBe(false);
  });

  it.each([
    ['a leading zero', (token: string) => token.replace(`.${START}.`, `.0${START}.`)],
    ['a sign', (token: string) => token.replace(`.${START}.`, `.-${START}.`)],
    ['an exponent', (token: string) => token.replace(`.${START}.`, '.17e11.')],
    ['a fraction', (token: string) => token.replace(`.${START}.`, `.${START}.5.`)],
    ['no timestamp', (token: string) => token.replace(`.${START}.`, '.')],
    ['an empty timestamp', (token: string) => token.replace(`.${START}.`, '..')],
  ])('refuses %s', (_, spoil) => {
    const { provider } = at(START);
    expect(provider.validateSessionToken(spoil(provider.createSessionToken(id)), id)).toBe(false);
  });

  it("takes the chapter's own keys", () => {
    const clock = { time: START, now: () => clock.time };
    const provider = new TimedHMACCredentialProvider(
      { csrf_secret: secret, csrf_ttl_seconds: 3600 },
      { clock },
    );
    const token = provider.createSessionToken(id);
    clock.time += HOUR_MS;
    expect(provider.validateSessionToken(token, id)).toBe(false);
  });

  it('takes the time of the machine when it is given no clock', () => {
    const provider = new TimedHMACCredentialProvider({ secret });
    expect(provider.validateSessionToken(provider.createSessionToken(id), id)).toBe(true);
  });
});
