import {
  BadRequestException,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Header,
  Injectable,
  InternalServerErrorException,
  Param,
  Req,
  Res,
  Session as NestSession,
  UseGuards,
} from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionParam } from '../../lib/index.js';
import { Gate } from '../../lib/testing/gate.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';

/** Each way to look at a session. */
const ACCESSORS: Readonly<Record<string, (session: Session) => unknown>> = {
  get: (session) => session.get('user'),
  'get of a missing key': (session) => session.get('missing'),
  has: (session) => session.has('user'),
  keys: (session) => [...session.keys()],
  values: (session) => [...session.values()],
  entries: (session) => [...session.entries()],
  iteration: (session) => [...session],
  forEach: (session) => session.forEach(() => undefined),
  size: (session) => session.size,
  toObject: (session) => session.toObject(),
  toJSON: (session) => session.toJSON(),
  id: (session) => session.id,
  token: (session) => session.token,
  isNew: (session) => session.isNew,
  version: (session) => session.version,
  createdAt: (session) => session.createdAt,
  seenAt: (session) => session.seenAt,
  expiresAt: (session) => session.expiresAt,
  principal: (session) => session.principal,
  authenticatedAt: (session) => session.authenticatedAt,
  amr: (session) => session.amr,
  absoluteAt: (session) => session.absoluteAt,
  timeouts: (session) => session.timeouts,
  'pull of a missing key': (session) => session.pull('missing'),
  'delete of a missing key': (session) => session.delete('missing'),
};

interface AnyResponse {
  header(name: string, value: string): unknown;
}

/** A singleton, as most services are. */
@Injectable()
class Users {
  constructor(private readonly session: Session) {}

  get current(): unknown {
    return this.session.get('user');
  }
}

@Injectable()
class LookingGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { session } = context.switchToHttp().getRequest<{ session: Session }>();
    await Promise.all([session.load(), session.load()]);
    return !session.has('banned');
  }
}

/** Where concurrent requests wait for each other. */
let crossing = { left: 0, gate: new Gate() };

async function cross(): Promise<void> {
  crossing.left -= 1;
  if (crossing.left === 0) crossing.gate.open();
  await crossing.gate.pass();
}

@Controller()
class LawController {
  constructor(private readonly users: Users) {}

  @Get('login/:user')
  login(@CurrentSession() session: Session, @Param('user') user: string): void {
    session.set('user', user);
  }

  @Get('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }

  @Get('outside')
  outside(): string {
    return 'no session here';
  }

  @Get('loaded')
  async loaded(): Promise<void> {
    await Session.loadSession();
  }

  @Get('look/:how')
  @Header('Vary', 'Accept-Language')
  async look(@Param('how') how: string): Promise<void> {
    ACCESSORS[how]?.(await Session.loadSession());
  }

  @Get('parameter')
  parameter(@SessionParam('missing') missing: string = 'missing'): string {
    return missing;
  }

  @Get('everywhere')
  @UseGuards(LookingGuard)
  async everywhere(
    @CurrentSession() one: Session,
    @NestSession() two: Session,
    @Req() request: { session: Session },
    @SessionParam('user') user?: string,
  ): Promise<unknown[]> {
    const three = await Session.loadSession();
    return [one, two, request.session, three]
      .map((session) => session.get('user'))
      .concat(user, this.users.current);
  }

  @Get('public')
  @Header('Cache-Control', 'public, s-maxage=60')
  publicly(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Get('cdn')
  @Header('CDN-Cache-Control', 'max-age=60')
  @Header('Surrogate-Control', 'max-age=60')
  cdn(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Get('public-read')
  @Header('Cache-Control', 'public, s-maxage=60')
  publicRead(@CurrentSession() session: Session): number {
    return session.size;
  }

  @Get('vary-all')
  varyAll(@CurrentSession() session: Session, @Res({ passthrough: true }) response: AnyResponse): number {
    response.header('Vary', '*');
    return session.size;
  }

  @Get('fail/:how')
  async fail(@CurrentSession() session: Session, @Param('how') how: string): Promise<never> {
    session.set('kept', 'before');
    if (how === 'save') await session.save();
    if (how === 'increment') await session.increment('count');
    if (how === 'regenerate') await session.regenerate({ keep: 'all' });
    if (how === 'invalidate') await session.invalidate();
    session.set('dropped', 'after');
    if (how === 'client') throw new BadRequestException();
    throw how === 'server' ? new InternalServerErrorException() : new Error('A fault in the handler.');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }

  @Get('crossing/:n')
  async crossing(@CurrentSession() session: Session, @Param('n') n: string): Promise<unknown[]> {
    const seen = [this.users.current];
    await cross();
    seen.push(this.users.current, session.get('user'));
    session.set(`visit${n}`, this.users.current);
    await session.save();
    seen.push((await Session.loadSession()).get('user'), this.users.current);
    return seen;
  }
}

describe.each(PLATFORMS)('over HTTP on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, { controllers: [LawController], providers: [Users] });
  });

  afterEach(() => app.store.heal());

  afterAll(() => app.close());

  async function loggedIn(user = 'Ada'): Promise<Visitor> {
    const visitor = app.visitor();
    await visitor.get(`/login/${user}`);
    return visitor;
  }

  describe('a route that does not look at the session (law H4)', () => {
    it('costs no call to the store, sets no cookie and does not vary, whatever cookie comes along', async () => {
      const visitor = await loggedIn();
      const before = app.provider.calls;
      for (const cookie of [visitor.cookie, '', 'serving_session=nonsense', `${visitor.cookie}x`]) {
        const { headers, status } = await app.visitor().get('/outside', { cookie });
        expect(status).toBe(200);
        for (const name of ['set-cookie', 'vary', 'cache-control']) expect(headers.has(name)).toBe(false);
      }
      expect(app.provider.calls).toBe(before);
    });

    it('answers HEAD, OPTIONS and 404 without a look as well', async () => {
      const visitor = await loggedIn();
      const before = app.provider.calls;
      for (const [method, path] of [
        ['HEAD', '/outside'],
        ['OPTIONS', '/outside'],
        ['GET', '/nowhere'],
      ] as const) {
        expect((await visitor.send(method, path)).cookies).toEqual([]);
      }
      expect(app.provider.calls).toBe(before);
    });
  });

  it('a guard, decorators, a service and loadSession() in one request share one load (law H4)', async () => {
    const visitor = await loggedIn();
    const before = app.store.calls.load;
    expect((await visitor.get('/everywhere')).body).toEqual(Array(6).fill('Ada'));
    expect(app.store.calls.load - before).toBe(1);
  });

  describe('a request that wrote nothing (law H3)', () => {
    it('neither sets nor clears a cookie, be its session live, dead, unknown or none', async () => {
      const visitor = await loggedIn();
      const dead = visitor.twin();
      await dead.get('/logout');
      for (const cookie of [(await loggedIn()).cookie, visitor.cookie, 'serving_session=nonsense', '']) {
        expect(await app.visitor().get('/read', { cookie })).toMatchObject({ status: 200, cookies: [] });
      }
    });

    it('is followed by no Set-Cookie even when the value that it set was there already', async () => {
      const visitor = await loggedIn();
      const before = app.provider.commits;
      expect((await visitor.get('/login/Ada')).cookies).toEqual([]);
      expect(app.provider.commits).toBe(before);
    });
  });

  describe('a response whose session was looked at (law H5)', () => {
    it.each(Object.keys(ACCESSORS))(
      'by %s varies by Cookie, beside what it varies by already',
      async (how) => {
        const visitor = await loggedIn();
        for (const client of [visitor, app.visitor()]) {
          const { headers, cookies } = await client.get(`/look/${how}`);
          expect(headers.get('vary')).toBe('Accept-Language, Cookie');
          expect(headers.has('cache-control')).toBe(false);
          expect(cookies).toEqual([]);
        }
      },
    );

    it('by @SessionParam() varies by Cookie, although the key is missing', async () => {
      expect((await app.visitor().get('/parameter')).headers.get('vary')).toBe('Cookie');
    });

    it('varies by everything if its handler said so', async () => {
      expect((await app.visitor().get('/vary-all')).headers.get('vary')).toBe('*');
    });

    it('may be public if the handler says so, as long as no cookie is set', async () => {
      const { headers } = await (await loggedIn()).get('/public-read');
      expect(headers.get('cache-control')).toBe('public, s-maxage=60');
      expect(headers.get('vary')).toBe('Cookie');
    });

    it('is no-store when it sets our cookie, whatever the handler said, and the developer is told', async () => {
      const { headers, cookies } = await app.visitor().get('/public');
      expect(cookies).toHaveLength(1);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(app.log.of('warn').at(-1)).toMatch(/^GET \/public answers with a session cookie and .*no-store/);
    });

    it('tells no cache of its own otherwise when it sets our cookie (RFC 9213)', async () => {
      const { headers } = await app.visitor().get('/cdn');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.has('cdn-cache-control')).toBe(false);
      expect(headers.has('surrogate-control')).toBe(false);
      expect(app.log.of('warn').at(-1)).toMatch(
        /^GET \/cdn answers with a session cookie and "(cdn-cache|surrogate)-control"/,
      );
    });

    it('is no-store when it clears our cookie', async () => {
      const { headers, cookies } = await (await loggedIn()).get('/logout');
      expect(cookies).toEqual([expect.stringContaining('Max-Age=0')]);
      expect(headers.get('cache-control')).toBe('no-store');
    });

    it('does not vary when the session was loaded and nobody looked', async () => {
      expect((await (await loggedIn()).get('/loaded')).headers.has('vary')).toBe(false);
    });
  });

  describe('a handler that fails (law H6)', () => {
    const valuesAfter = async (how: string) => {
      const visitor = await loggedIn();
      const before = visitor.twin();
      const answer = await visitor.get(`/fail/${how}`);
      return { ...answer, values: app.stored(visitor.cookie), old: (await before.get('/read')).body };
    };

    it.each(['handler', 'server'])('with a 5xx drops what it set: /fail/%s', async (how) => {
      expect(await valuesAfter(how)).toMatchObject({ status: 500, cookies: [], values: { user: 'Ada' } });
    });

    it('with an HTTP exception of 4xx commits what it set', async () => {
      const values = { user: 'Ada', kept: 'before', dropped: 'after' };
      expect(await valuesAfter('client')).toMatchObject({ status: 400, values });
    });

    it('keeps what it had awaited: save()', async () => {
      const values = { user: 'Ada', kept: 'before' };
      const after = await valuesAfter('save');
      expect(after.status).toBe(500);
      expect(after.values).toEqual(values);
    });

    it('keeps what it had awaited: increment()', async () => {
      expect((await valuesAfter('increment')).values).toEqual({ user: 'Ada', kept: 'before', count: 1 });
    });

    it('keeps what it had awaited: regenerate(), whose token the client gets and whose old one is dead', async () => {
      const after = await valuesAfter('regenerate');
      expect(after.status).toBe(500);
      expect(after.cookies).toHaveLength(1);
      expect(after.values).toEqual({ user: 'Ada', kept: 'before' });
      expect(after.old).toEqual({});
    });

    it('keeps what it had awaited: invalidate(), after which nothing new is made', async () => {
      const before = app.store.calls.create;
      const after = await valuesAfter('invalidate');
      expect(after.status).toBe(500);
      expect(after.cookies).toEqual([expect.stringMatching(/^serving_session=;.*Max-Age=0/)]);
      expect(after.old).toEqual({});
      expect(app.store.calls.create - before).toBe(1);
    });

    it('makes no session for a visitor who had none', async () => {
      const visitor = app.visitor();
      const before = app.store.calls.create;
      expect(await visitor.get('/fail/handler')).toMatchObject({ status: 500, cookies: [] });
      expect(app.store.calls.create).toBe(before);
    });
  });

  it('40 requests of 8 users at the same time never see the session of another (law H8)', async () => {
    const users = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7'];
    const visitors = await Promise.all(users.map(loggedIn));
    crossing = { left: 40, gate: new Gate() };
    const visits = Array.from({ length: 40 }, async (__, n) => {
      const { body } = (await visitors[n % 8]?.get(`/crossing/${n}`)) ?? {};
      expect(body).toEqual(Array(5).fill(`u${n % 8}`));
    });
    await Promise.all(visits);
    for (const [index, visitor] of visitors.entries()) {
      const values = Object.values(app.stored(visitor.cookie) ?? {});
      expect(values).toEqual(Array(6).fill(`u${index}`));
    }
  });
});
