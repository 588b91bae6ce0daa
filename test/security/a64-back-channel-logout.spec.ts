import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  isLoggedIn,
  type Listener,
  listening,
  loggedIn,
  notify,
  providerOf,
} from '../e2e/fixtures/back-channel.js';
import { TestApp } from '../support/app.js';
import { attacked, EXPRESS } from '../support/attacked.js';
import {
  type Claims,
  IdentityProvider,
  ISSUER,
  LOGOUT_EVENT,
  newKeys,
} from '../support/identity-provider.js';
import { type Check, LaxLogout } from '../support/lax-logout.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';

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
        provider.token = (otherwise) => make({ ...otherwise, claims: { canary, ...otherwise?.claims } });
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

const withoutCheck =
  (check?: Check): Listener =>
  (sessions, provider) =>
    new LaxLogout(sessions, provider, check);

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
