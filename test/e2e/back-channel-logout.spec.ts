import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { BackChannelLogoutOptions } from '../../lib/adapters/back-channel-logout/index.js';
import { InMemorySessionProvider } from '../../lib/index.js';
import { InjectedFault } from '../../lib/testing/fault-injecting-store.js';
import { attacked, clockOf, EXPRESS } from '../support/attacked.js';
import { CLIENT_ID, type Claims, ISSUER, LOGOUT_EVENT } from '../support/identity-provider.js';
import { freePort } from '../support/servers/free-port.js';
import { accounts, meOf } from './fixtures/account.js';
import {
  isLoggedIn,
  listenerWith,
  listening,
  loggedIn,
  notify,
  providerOf,
} from './fixtures/back-channel.js';

/** A store that fails the first time that it has to end somebody's sessions. */
class FailsOnce extends InMemorySessionProvider {
  #failed = false;

  override endSessionsOf(...call: Parameters<InMemorySessionProvider['endSessionsOf']>) {
    if (this.#failed) return super.endSessionsOf(...call);
    this.#failed = true;
    throw new InjectedFault();
  }
}

describe('a logout token', () => {
  it.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'])('may be signed by %s', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'only' }] };
    const status = await attacked(EXPRESS, listening(listenerWith({ jwks })), async (app) => {
      const now = Math.floor(clockOf(app).now() / 1000);
      const token = new SignJWT({ sub: 'ada', jti: '1', events: { [LOGOUT_EVENT]: {} } })
        .setProtectedHeader({ alg, kid: 'only', typ: 'application/logout+jwt' })
        .setIssuer(ISSUER)
        .setAudience(['another', CLIENT_ID])
        .setIssuedAt(now)
        .setExpirationTime(now + 120);
      return (await notify(app, await token.sign(privateKey))).status;
    });
    expect(status).toBe(200);
  });

  it.each([
    [undefined, false, 200],
    ['LOGOUT+JWT', false, 200],
    ['JWT', true, 200],
    ['at+jwt', true, 400],
  ])('of the type %p, with generalType %p, is answered %p', async (typ, generalType, status) => {
    const answer = await attacked(EXPRESS, listening(listenerWith({ generalType })), (app) =>
      notify(app, providerOf(app).token({ header: { typ } })),
    );
    expect(answer.status).toBe(status);
  });

  it('is over for good before it is forgotten that it was used', async () => {
    const told = await attacked(EXPRESS, listening(), async (app) => {
      const [provider, clock] = [providerOf(app), clockOf(app)];
      const token = provider.token({ claims: { iat: provider.seconds(10), exp: provider.seconds(9999) } });
      const reasons = [];
      for (const _ of Array.from({ length: 145 })) {
        const body = (await (await notify(app, token)).text()) || '"believed"';
        reasons.push(/before|iat|believed/.exec(body)?.[0]);
        clock.advance(1000);
      }
      return reasons;
    });
    expect(told).toEqual(['believed', ...Array<string>(140).fill('before'), ...Array<string>(4).fill('iat')]);
  });

  const byAccount: Partial<BackChannelLogoutOptions> = {
    principal: ({ sub, sid }) => (sid === 'at-home' ? 7 : sub === 'ada@id' ? 'ada' : undefined),
  };

  it.each<[Claims, string, boolean]>([
    [{ sub: undefined, sid: 'at-home' }, '7', false],
    [{ sub: 'ada@id' }, 'ada', false],
    [{ sub: 'ada' }, 'ada', true],
  ])('is about whom the app says that it is about: %j', async (claims, user, left) => {
    const outcome = await attacked(EXPRESS, listening(listenerWith(byAccount)), async (app) => {
      const visitor = await loggedIn(app, user, { sid: 'at-home' });
      const { status } = await notify(app, providerOf(app).token({ claims }));
      return [status, await isLoggedIn(visitor)];
    });
    expect(outcome).toEqual([200, left]);
  });

  it('with nothing but a sid is refused where the app does not say whose that is', async () => {
    const answer = await attacked(EXPRESS, listening(), async (app) => {
      const claims = { sub: undefined, sid: 'first' };
      return (await notify(app, providerOf(app).token({ claims }))).json();
    });
    expect(answer).toMatchObject({ error: 'invalid_request' });
  });

  it('may be sent again when the store failed, because it ended nothing', async () => {
    const parts = accounts({ sessionProvider: FailsOnce });
    const outcome = await attacked(EXPRESS, listening(undefined, parts), async (app) => {
      const ada = await loggedIn(app, 'ada');
      const token = providerOf(app).token();
      const failed = (await notify(app, token)).status;
      const before = await isLoggedIn(ada);
      return [failed, before, (await notify(app, token)).status, await isLoggedIn(ada)];
    });
    expect(outcome).toEqual([503, true, 200, false]);
  });

  it('is answered 503, and can come again, while the keys of the provider cannot be read', async () => {
    const jwks = `http://127.0.0.1:${await freePort()}/jwks`;
    const { answer, log, ada } = await attacked(EXPRESS, listening(listenerWith({ jwks })), async (app) => {
      const visitor = await loggedIn(app, 'ada');
      const token = providerOf(app).token();
      const response = await notify(app, token);
      const { error } = (await response.json()) as Claims;
      const line = app.log.of('error').join('\n');
      expect(line).not.toContain(token);
      return { answer: [response.status, error], log: line, ada: await isLoggedIn(visitor) };
    });
    expect(answer).toEqual([503, 'temporarily_unavailable']);
    expect(log).toContain('keys of the identity provider');
    expect(ada).toBe(true);
  });
});

describe('the sid of a login', () => {
  it('is shown to nobody', async () => {
    const told = await attacked(EXPRESS, listening(), async (app) => {
      const ada = await loggedIn(app, 'ada', { sid: 'very-private', amr: ['pwd'] });
      return [await meOf(ada), (await ada.get('/devices')).body, app.log.of('log')];
    });
    expect(JSON.stringify(told)).toContain('pwd');
    expect(JSON.stringify(told)).not.toContain('very-private');
  });
});
