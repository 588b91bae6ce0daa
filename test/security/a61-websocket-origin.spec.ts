import type { Server } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { WebSocketOrigins, type WebSocketOriginsOptions } from '../../lib/index.js';
import { thrownBy } from '../support/thrown-by.js';
import { attacked } from '../support/attacked.js';
import { APP_HOST } from '../support/cross-site-requests.js';
import { PLATFORMS } from '../support/running-app.js';
import { type Admission, serveUpgrades, upgrade, type UpgradeOutcome } from '../support/upgrade.js';

const ADMIN = 'https://admin.example.com';
const COOKIE = 'serving_session=of-the-victim';

/** The ways in which the servers behind Nest's adapters ask: that of ws, that of socket.io, and Node's own. */
const WAYS: readonly (readonly [string, (origins: WebSocketOrigins) => Admission])[] = [
  [
    'verifyClient',
    ({ verifyClient }) =>
      (req) => {
        let outcome = { allowed: false, status: 401 };
        verifyClient({ req }, (allowed, status = 401) => (outcome = { allowed, status }));
        return outcome;
      },
  ],
  [
    'allowRequest',
    ({ allowRequest }) =>
      (req) => {
        let outcome = { allowed: false };
        allowRequest(req, (refusal, allowed) => (outcome = { allowed: allowed && refusal === null }));
        return outcome;
      },
  ],
  [
    'allows',
    ({ allows }) =>
      (req) => ({ allowed: allows(req) }),
  ],
];

describe.each(PLATFORMS)('A61 an upgrade with the cookie of a victim, on %s', (_, platform) => {
  const upgraded = (admit: Admission, headers: Readonly<Record<string, string>>): Promise<UpgradeOutcome> =>
    attacked(platform, {}, async (app) => {
      serveUpgrades(app.nest.getHttpServer() as Server, admit);
      return upgrade(app.url, { host: APP_HOST, cookie: COOKIE, ...headers });
    });

  describe.each(WAYS)('by %s', (_name, admissionBy) => {
    const statusOf = async (
      headers: Readonly<Record<string, string>>,
      options: WebSocketOriginsOptions = { allowedOrigins: [ADMIN] },
    ): Promise<number> => (await upgraded(admissionBy(new WebSocketOrigins(options)), headers)).status;

    it.each([
      ["the app's own page", { origin: `https://${APP_HOST}` }, 101],
      [
        "the app's own page in Firefox",
        { origin: `https://${APP_HOST}`, 'sec-fetch-site': 'same-origin' },
        101,
      ],
      ['a listed page', { origin: ADMIN }, 101],
      ['another site', { origin: 'https://evil.example' }, 403],
      ['a sibling subdomain', { origin: 'https://shop.example.com' }, 403],
      ['another port of the host', { origin: `https://${APP_HOST}:8443` }, 403],
      ['a sandboxed frame', { origin: 'null' }, 403],
      ['whoever has no origin', {}, 403],
    ])('from %s ends with its status', async (_who, headers, status) => {
      expect(await statusOf(headers as Record<string, string>)).toBe(status);
    });

    it('from whoever has no origin is let be where the policy says so, and null is not', async () => {
      expect(await statusOf({}, { withoutOrigin: 'allow' })).toBe(101);
      expect(await statusOf({ origin: 'null' }, { withoutOrigin: 'allow' })).toBe(403);
    });
  });

  it("is, unprotected, another site's with everything that the victim may do", async () => {
    const outcome = await upgraded(() => ({ allowed: true }), { origin: 'https://evil.example' });
    expect(outcome).toEqual({ status: 101, said: COOKIE });
  });
});

describe('A61 the handshake of socket.io by polling', () => {
  const { allows } = new WebSocketOrigins();
  const polls = (headers: Readonly<Record<string, string>>): boolean =>
    allows({ method: 'GET', headers: { host: APP_HOST, ...headers } } as never);

  it("is let be from the app's own page, which sends no Origin with it", () => {
    expect(polls({ 'sec-fetch-site': 'same-origin' })).toBe(true);
  });

  it('is refused from anywhere else', () => {
    expect(polls({ 'sec-fetch-site': 'same-site' })).toBe(false);
    expect(polls({ 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(polls({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(false);
  });
});

describe('WebSocketOrigins with options that cannot work', () => {
  it('stops the boot and names each of them', () => {
    const options = { allowedOrigins: ['wss://app.example.com'], withoutOrigin: 'deny' };
    expect(thrownBy(() => new WebSocketOrigins(options as never))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /2 problems:\n- WebSocketOrigins: allowedOrigins\[0\] .* → write "https:\/\/app\.example\.com"\n- WebSocketOrigins: withoutOrigin is "deny", wanted refuse or allow/,
      ),
    });
    expect(thrownBy(() => new WebSocketOrigins(null as never))).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
