import { All, Controller, type INestApplication, Post } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import {
  AllowCrossSite,
  CROSS_SITE_OPTIONS,
  CrossSiteGuard,
  type CrossSiteOptions,
  CurrentSession,
  Session,
} from '../../lib/index.js';
import { decideCrossSite } from '../../lib/http/cross-site/decide-cross-site.js';
import type { AppParts, TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import { APP_HOST, FROM, send, withoutMetadata } from '../support/cross-site-requests.js';
import { Exchange } from '../support/exchange.js';
import { type Platform, PLATFORMS } from '../support/running-app.js';

@Controller()
class Bank {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('balance', 100);
  }

  @Post('transfer')
  async transfer(@CurrentSession() session: Session): Promise<number> {
    return session.increment('balance', -10);
  }

  @All('anything')
  anything(): void {}

  @AllowCrossSite()
  @Post('webhook')
  webhook(): string {
    return 'thanks';
  }
}

const ADMIN = 'https://admin.example.com';

const protectedBy = (options?: CrossSiteOptions): AppParts => ({
  controllers: [Bank],
  providers: [
    { provide: APP_GUARD, useClass: CrossSiteGuard },
    ...(options ? [{ provide: CROSS_SITE_OPTIONS, useValue: options }] : []),
  ],
});

const UNPROTECTED: AppParts = { controllers: [Bank] };

/** The cookie of somebody who has 100. */
async function login(app: TestApp): Promise<string> {
  const victim = app.visitor();
  await victim.post('/login');
  return victim.cookie;
}

/** What a request with the victim's cookie gets, and what the victim then has. */
async function transferBy(
  app: TestApp,
  headers: Readonly<Record<string, string>>,
): Promise<[number, unknown]> {
  const cookie = await login(app);
  const { status } = await send(`${app.url}/transfer`, 'POST', { cookie, ...headers });
  return [status, app.stored(cookie)?.['balance']];
}

const DONE = [201, 90];
const REFUSED = [403, 100];

const BROWSERS = [
  ['a page of the app', DONE],
  ['a page of the app that hides its referrer', DONE],
  ['a sibling subdomain', REFUSED],
  ['another port of the host', REFUSED],
  ['another site', REFUSED],
  ['a sandboxed frame', REFUSED],
] as const;

describe.each(PLATFORMS)('A40 a POST with the cookie of a victim, on %s', (_, platform) => {
  it.each(BROWSERS)('from %s comes to %j', async (who, outcome) => {
    await attacked(platform, protectedBy(), async (app) => {
      expect(await transferBy(app, FROM[who])).toEqual(outcome);
    });
  });

  it('from an old browser is judged by its Origin', async () => {
    await attacked(platform, protectedBy(), async (app) => {
      for (const [who, outcome] of BROWSERS) {
        const expected = who.includes('hides') ? REFUSED : outcome;
        expect([who, await transferBy(app, withoutMetadata(FROM[who]))]).toEqual([who, expected]);
      }
    });
  });

  it('from no browser at all is done', async () => {
    await attacked(platform, protectedBy(), async (app) => expect(await transferBy(app, {})).toEqual(DONE));
  });

  it('from a listed origin is done, and from none that looks like it', async () => {
    await attacked(platform, protectedBy({ allowedOrigins: [ADMIN] }), async (app) => {
      const from = (origin: string) => transferBy(app, { origin, 'sec-fetch-site': 'same-site' });
      expect(await from(ADMIN)).toEqual(DONE);
      expect(await from(`${ADMIN}:8443`)).toEqual(REFUSED);
      expect(await from('http://admin.example.com')).toEqual(REFUSED);
      expect(await from(`${ADMIN}.evil.example`)).toEqual(REFUSED);
    });
  });

  it('that is refused costs no call to the store, leaves the session alone and says why', async () => {
    await attacked(platform, protectedBy(), async (app) => {
      const cookie = await login(app);
      const before = { ...app.store.calls };
      const { status, headers, body } = await send(`${app.url}/transfer`, 'POST', {
        cookie,
        ...FROM['another site'],
      });
      expect(JSON.parse(body.toString())).toEqual({
        statusCode: status,
        error: 'Forbidden',
        message:
          'Cross-site request refused: Sec-Fetch-Site is cross-site, and Origin is not among the allowed origins.',
      });
      expect(headers['set-cookie']).toBeUndefined();
      expect(app.store.calls).toEqual(before);
    });
  });

  it('reaches a handler that is open to everybody', async () => {
    await attacked(platform, protectedBy(), async (app) => {
      const { status, body } = await send(`${app.url}/webhook`, 'POST', FROM['another site']);
      expect([status, body.toString()]).toEqual([201, 'thanks']);
    });
  });

  it('is, unprotected, a transfer for whoever makes the browser send it', async () => {
    await attacked(platform, UNPROTECTED, async (app) => {
      for (const [who] of BROWSERS) expect(await transferBy(app, FROM[who])).toEqual(DONE);
    });
  });

  it('has the verdict of the rules in every combination of method, site, origin, host and cookie', async () => {
    await attacked(platform, protectedBy({ allowedOrigins: [ADMIN] }), async (app) => {
      const known = await login(app);
      const wrong: unknown[] = [];
      for (const { method, site, origin, host, cookie } of combinations(known)) {
        const { status } = await send(`${app.url}/anything`, method, {
          ...(site === undefined ? {} : { 'sec-fetch-site': site }),
          ...(origin === undefined ? {} : { origin }),
          ...(cookie === undefined ? {} : { cookie }),
          host,
        });
        const { allowed } = decideCrossSite(
          { method, site, origin, host, encrypted: false },
          new Set([ADMIN]),
        );
        if ((status !== 403) !== allowed) wrong.push({ method, site, origin, host, cookie, status });
      }
      expect(wrong).toEqual([]);
    });
  });
});

function* combinations(known: string) {
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE'])
    for (const site of [undefined, 'same-origin', 'none', 'same-site', 'cross-site', 'odd'])
      for (const origin of [undefined, 'null', `https://${APP_HOST}`, ADMIN, 'https://evil.example'])
        for (const host of [APP_HOST, `${APP_HOST}:8443`])
          for (const cookie of [undefined, known]) yield { method, site, origin, host, cookie };
}

/** An app that trusts whoever is in front of it, or nobody. */
type AppWith = (trust: boolean) => [Platform, (nest: INestApplication) => void];

const PROXIED: readonly (readonly [string, AppWith])[] = [
  [
    'Express',
    (trust) => [
      () => new ExpressAdapter(),
      (nest) => void (nest as NestExpressApplication).set('trust proxy', trust),
    ],
  ],
  ['Fastify', (trust) => [() => new FastifyAdapter({ trustProxy: trust }), () => undefined]],
];

describe.each(PROXIED)('A40 a spoofed host on %s', (_, appWith) => {
  const statusOf = async (trust: boolean, headers: Readonly<Record<string, string>>): Promise<number> => {
    const [platform, main] = appWith(trust);
    return attacked(platform, { ...protectedBy(), main }, async (app) => {
      const [status] = await transferBy(app, { host: 'inside:3000', ...headers });
      return status;
    });
  };

  it('of a proxy counts where the platform was told to trust the proxy, and only there', async () => {
    const headers = { origin: 'https://app.example.com', 'x-forwarded-host': 'app.example.com' };
    expect(await statusOf(true, headers)).toBe(201);
    expect(await statusOf(false, headers)).toBe(403);
    expect(await statusOf(true, { ...headers, origin: 'https://evil.example' })).toBe(403);
  });

  it('beside another one makes both count for nothing', async () => {
    const [platform, main] = appWith(false);
    await attacked(platform, { ...protectedBy(), main }, async (app) => {
      const status = async (...hosts: string[]): Promise<number> => {
        const named = hosts.flatMap((host) => ['Host', host]);
        const headers = [...named, 'Origin', 'https://evil.example', 'Content-Length', '0'];
        const options = { method: 'POST', headers: headers as never };
        return (await new Exchange(`${app.url}/transfer`, options).received).status;
      };
      expect(await status('evil.example', APP_HOST)).toBe(403);
      expect(await status('evil.example')).toBe(201);
    });
  });

  it('does not make a page without TLS one of ours where the proxy has TLS', async () => {
    const claim = { 'x-forwarded-host': 'app.example.com', 'x-forwarded-proto': 'https' };
    expect(await statusOf(true, { ...claim, origin: 'http://app.example.com' })).toBe(403);
    expect(await statusOf(true, { ...claim, origin: 'https://app.example.com' })).toBe(201);
  });
});
