import { Body, Controller, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import {
  BackChannelLogout,
  type BackChannelLogoutOptions,
} from '../../lib/adapters/back-channel-logout/index.js';
import { InMemorySessionProvider, type LoginOptions, SESSION_CLOCK, Sessions } from '../../lib/index.js';
import type { Clock } from '../../lib/providers/clock.js';
import { InjectedFault } from '../../lib/testing/fault-injecting-store.js';
import { accounts, meOf } from '../e2e/fixtures/account.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, clockOf, EXPRESS } from '../support/attacked.js';
import {
  CLIENT_ID,
  type Claims,
  IdentityProvider,
  ISSUER,
  LOGOUT_EVENT,
  newKeys,
} from '../support/identity-provider.js';
import { type Check, LaxLogout } from '../support/lax-logout.js';
import { PLATFORMS } from '../support/running-app.js';
import { freePort } from '../support/servers/free-port.js';
import type { Answer, Visitor } from '../support/visitor.js';

@Controller()
class BackChannel {
  constructor(@Inject(BackChannelLogout) private readonly provider: BackChannelLogout) {}

  @Post('back-channel-logout')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async logout(@Body('logout_token') token: unknown): Promise<void> {
    await this.provider.logout(token);
  }
}

const thisProvider = {
  provide: IdentityProvider,
  inject: [SESSION_CLOCK],
  useFactory: (clock: Clock) => new IdentityProvider(clock),
};

type Listener = (sessions: Sessions, provider: IdentityProvider, clock: Clock) => object;

/** An app with users that hears of their logouts; by default as the docs say. */
const listening = (listener: Listener = listenerWith(), parts: AppParts = accounts()): AppParts => ({
  ...parts,
  controllers: [...(parts.controllers ?? []), BackChannel],
  providers: [
    thisProvider,
    { provide: BackChannelLogout, inject: [Sessions, IdentityProvider, SESSION_CLOCK], useFactory: listener },
  ],
});

function listenerWith(options: Partial<BackChannelLogoutOptions> = {}): Listener {
  return (sessions, { jwks }, clock) =>
    new BackChannelLogout(sessions, { issuer: ISSUER, audience: CLIENT_ID, jwks, clock, ...options });
}

const withoutCheck =
  (check?: Check): Listener =>
  (sessions, provider) =>
    new LaxLogout(sessions, provider, check);

const providerOf = ({ nest }: TestApp): IdentityProvider => nest.get(IdentityProvider);

/** What the identity provider sends. */
const notify = ({ url }: TestApp, token: string): Promise<Response> =>
  fetch(`${url}/back-channel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });

async function loggedIn(app: TestApp, user: string, options: LoginOptions = {}): Promise<Visitor> {
  const visitor = app.visitor();
  const { status } = await visitor.post(`/login/${user}`, options);
  expect(status).toBe(201);
  return visitor;
}

const isLoggedIn = async (visitor: Visitor): Promise<boolean> => (await meOf(visitor)).principal !== null;

interface Forgery {
  readonly check: Check;
  /** A word of what is answered. */
  readonly told: string;
  /** The tokens that arrive, one after the other; the last one is the forgery. */
  readonly tokens: (provider: IdentityProvider) => readonly string[];
}

const claiming = (claims: (provider: IdentityProvider) => Claims) => (provider: IdentityProvider) => [
  provider.token({ claims: claims(provider) }),
];

const typed = (typ: string) => (provider: IdentityProvider) => [provider.token({ header: { typ } })];

const FORGERIES: Readonly<Record<string, Forgery>> = {
  'signed with "none"': {
    check: 'algorithm',
    told: 'algorithm',
    tokens: (provider) => [provider.unsigned()],
  },
  'signed by HS256 with the public key': {
    check: 'algorithm',
    told: 'algorithm',
    tokens: (provider) => [provider.signedWithPublicKey()],
  },
  'signed by somebody else': {
    check: 'signature',
    told: 'signature',
    tokens: ({ clock }) => [new IdentityProvider(clock, newKeys()).token()],
  },
  'of the type of an access token': { check: 'type', told: 'typ', tokens: typed('at+jwt') },
  'of no type in particular': { check: 'type', told: 'typ', tokens: typed('JWT') },
  'of another provider': {
    check: 'issuer',
    told: 'iss',
    tokens: claiming(() => ({ iss: `${ISSUER}/other` })),
  },
  'for another app': { check: 'audience', told: 'aud', tokens: claiming(() => ({ aud: ['another'] })) },
  'from five minutes ago': {
    check: 'age',
    told: 'iat',
    tokens: claiming((at) => ({ iat: at.seconds(-300) })),
  },
  'from the future': {
    check: 'age',
    told: 'iat',
    tokens: claiming((at) => ({ iat: at.seconds(300), exp: at.seconds(420) })),
  },
  'without an instant': { check: 'age', told: 'iat', tokens: claiming(() => ({ iat: undefined })) },
  'that is over': { check: 'expiry', told: 'exp', tokens: claiming((at) => ({ exp: at.seconds(-60) })) },
  'that is never over': { check: 'expiry', told: 'exp', tokens: claiming(() => ({ exp: undefined })) },
  'without events': { check: 'event', told: 'events', tokens: claiming(() => ({ events: undefined })) },
  'of another event': {
    check: 'event',
    told: 'events',
    tokens: claiming(() => ({ events: { [`${LOGOUT_EVENT}-not`]: {} } })),
  },
  'with a nonce, as an ID token': { check: 'nonce', told: 'nonce', tokens: claiming(() => ({ nonce: '' })) },
  'without a name': { check: 'name', told: 'jti', tokens: claiming(() => ({ jti: undefined })) },
  'that comes again': {
    check: 'once',
    told: 'before',
    tokens: (provider) => {
      const token = provider.token();
      return [token, token];
    },
  },
  'about nobody': { check: 'subject', told: '"sub"', tokens: claiming(() => ({ sub: undefined })) },
};

/** Each token comes when Ada has logged in. Answers how the last one went, and whether she is still there. */
const forging =
  ({ tokens }: Forgery) =>
  async (app: TestApp) => {
    let answer = new Response();
    let ada = app.visitor();
    for (const token of tokens(providerOf(app))) {
      ada = await loggedIn(app, 'ada');
      answer = await notify(app, token);
    }
    return { status: answer.status, cache: answer.headers.get('cache-control'), ada: await isLoggedIn(ada) };
  };

describe.each(PLATFORMS)('A64 a logout at the identity provider, on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, listening());
  });

  afterAll(() => app.close());

  const whoIsLeft = (visitors: readonly Visitor[]) => Promise.all(visitors.map(isLoggedIn));

  it('ends exactly the sessions of its sid', async () => {
    const visitors = [
      await loggedIn(app, 'eve', { sid: 'first' }),
      await loggedIn(app, 'eve', { sid: 'first' }),
      await loggedIn(app, 'eve', { sid: 'second' }),
      await loggedIn(app, 'eve'),
      await loggedIn(app, 'bob', { sid: 'first' }),
    ];
    const answer = await notify(app, providerOf(app).token({ claims: { sub: 'eve', sid: 'first' } }));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await whoIsLeft(visitors)).toEqual([false, false, true, true, true]);
  });

  it('ends all sessions of its sub when it names no sid', async () => {
    const visitors = [
      await loggedIn(app, 'eve', { sid: 'first' }),
      await loggedIn(app, 'eve'),
      await loggedIn(app, 'dan', { sid: 'first' }),
    ];
    const answer = await notify(app, providerOf(app).token({ claims: { sub: 'eve' } }));
    expect(answer.status).toBe(200);
    expect(await whoIsLeft(visitors)).toEqual([false, false, true]);
  });

  it('reaches a session that was rotated, and one whose user showed a second factor since', async () => {
    const visitors = [
      await loggedIn(app, 'eve', { sid: 'third' }),
      await loggedIn(app, 'eve', { sid: 'third' }),
    ];
    await visitors[0]?.post('/rotate');
    await visitors[1]?.post('/login/eve', { keep: 'all', amr: ['pwd', 'otp'] });
    await notify(app, providerOf(app).token({ claims: { sub: 'eve', sid: 'third' } }));
    expect(await whoIsLeft(visitors)).toEqual([false, false]);
  });

  it('does not reach a session that has become another’s', async () => {
    const visitor = await loggedIn(app, 'eve', { sid: 'fourth' });
    await visitor.post('/login/dan');
    for (const sub of ['eve', 'dan'])
      await notify(app, providerOf(app).token({ claims: { sub, sid: 'fourth' } }));
    expect(await isLoggedIn(visitor)).toBe(true);
  });

  it('succeeds for somebody who is not here', async () => {
    const claims = { sub: 'nobody', sid: 'none' };
    expect((await notify(app, providerOf(app).token({ claims }))).status).toBe(200);
  });

  it.each(Object.entries(FORGERIES))('is not believed by a token %s', async (_name, forgery) => {
    expect(await forging(forgery)(app)).toEqual({ status: 400, cache: 'no-store', ada: true });
  });

  it.each(['', 'x', 'a.b.c', '{}', 'e30.e30.', '\0'])('is not believed by %j', async (token) => {
    const answer = await notify(app, token);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it.each([undefined, {}, { logout_token: ['a'] }, { logout_token: { $gt: '' } }, []])(
    'is not believed by what is no text: %j',
    async (body) => {
      expect((await app.visitor().post('/back-channel-logout', body)).status).toBe(400);
    },
  );
});

describe('A64 a refused logout token', () => {
  it.each(Object.entries(FORGERIES))(
    'is told why it is, and nothing that it says: %s',
    async (_, forgery) => {
      const told = await attacked(EXPRESS, listening(), async (app) => {
        const canary = 'canary-c7Qx2mPz';
        const provider = providerOf(app);
        const make = provider.token.bind(provider);
        provider.token = (otherwise = {}) => make({ ...otherwise, claims: { canary, ...otherwise.claims } });
        const tokens = forgery.tokens(provider);
        const answers = [];
        for (const token of tokens) answers.push(await (await notify(app, token)).text());
        const log = (['log', 'warn', 'error'] as const).flatMap((level) => app.log.of(level));
        for (const secret of [canary, ...tokens, ...tokens.map((token) => token.split('.')[1] ?? '')])
          expect([...answers, ...log].join('\n')).not.toContain(secret);
        return JSON.parse(answers.at(-1) ?? '') as { error: string; error_description: string };
      });
      expect(Object.keys(told)).toEqual(['error', 'error_description']);
      expect(told).toEqual({
        error: 'invalid_request',
        error_description: expect.stringContaining(forgery.told),
      });
    },
  );
});

describe('A64, unprotected', () => {
  it.each(Object.entries(FORGERIES))(
    'without one check, and no other, a token %s is believed',
    async (_, forgery) => {
      const outcomes = [];
      for (const check of [forgery.check, undefined])
        outcomes.push(await attacked(EXPRESS, listening(withoutCheck(check)), forging(forgery)));
      const [believed, refused] = outcomes;
      expect(believed).toMatchObject({ status: 200, ada: forgery.check === 'subject' });
      expect(refused).toMatchObject({ status: 500, ada: true });
    },
  );
});

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
      const { status, body } = await answerOf(await notify(app, token));
      const line = app.log.of('error').join('\n');
      expect(line).not.toContain(token);
      return { answer: [status, body['error']], log: line, ada: await isLoggedIn(visitor) };
    });
    expect(answer).toEqual([503, 'temporarily_unavailable']);
    expect(log).toContain('keys of the identity provider');
    expect(ada).toBe(true);
  });
});

const answerOf = async (response: Response): Promise<Pick<Answer, 'status'> & { readonly body: Claims }> => ({
  status: response.status,
  body: (await response.json()) as Claims,
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
