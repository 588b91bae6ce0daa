import type { ServerResponse } from 'node:http';
import { Controller, Get, Param, Post, Res } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, RequireSession, Session, type SessionError } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';

const RENEWAL_MS = 10 * 60_000;

type AnyResponse = ServerResponse | { readonly raw: ServerResponse; hijack(): unknown };

/** The raw response; Fastify is told that it is taken care of. */
function rawOf(response: AnyResponse): ServerResponse {
  if (!('raw' in response)) return response;
  response.hijack();
  return response.raw;
}

/** What needs a new token. */
const CHANGES = {
  login: (session) => session.login('ada', { keep: 'all' }),
  regenerate: (session) => session.regenerate({ keep: 'all' }),
  rotate: (session) => session.rotate(),
} satisfies Record<string, (session: Session) => Promise<void>>;

const codeOf = (error: unknown): string => (error as SessionError).code;

@Controller()
class Late {
  @Post('begin')
  begin(@CurrentSession() session: Session): void {
    session.set('cart', ['tea']);
  }

  @Get('cart')
  cart(@CurrentSession() session: Session): { cart: unknown } {
    return { cart: session.get('cart', null) };
  }

  /** Begins to answer, and then changes what it must not change any more. Answers what came of it. */
  @Get('late/:what')
  async late(
    @CurrentSession() session: Session,
    @Param('what') what: keyof typeof CHANGES,
    @Res() response: AnyResponse,
  ): Promise<void> {
    const raw = rawOf(response);
    raw.write('begun ');
    const outcome = await CHANGES[what](session).catch(codeOf);
    raw.end(outcome ?? 'done');
  }

  @Get('late-save')
  async lateSave(@CurrentSession() session: Session, @Res() response: AnyResponse): Promise<void> {
    const raw = rawOf(response);
    raw.write('begun ');
    session.set('cart', ['rum']);
    raw.end((await session.save().catch(codeOf)) ?? 'done');
  }

  @Get('late-user')
  lateUser(@CurrentSession() session: Session, @Res() response: AnyResponse): void {
    const raw = rawOf(response);
    raw.write('begun ');
    session.set('user_id', 'ada');
    raw.end('done');
  }

  @Get('head-first')
  async headFirst(@CurrentSession() session: Session, @Res() response: AnyResponse): Promise<void> {
    const raw = rawOf(response);
    raw.writeHead(200);
    await session.regenerate({ keep: 'all' });
    raw.end();
  }

  @Get('passed-through')
  passedThrough(@CurrentSession() session: Session, @Res() response: { send(body: unknown): unknown }): void {
    response.send(session.get('cart'));
  }

  @Get('raw')
  raw(@CurrentSession() _session: Session, @Res() response: AnyResponse): void {
    rawOf(response).writeHead(200).end();
  }

  @Get('guarded')
  @RequireSession()
  guarded(): void {}
}

describe.each(PLATFORMS)('a new token on %s', (_, platform) => {
  const within = (work: (app: TestApp) => Promise<void>): Promise<void> =>
    TestApp.within(
      platform,
      {
        controllers: [Late],
        session: { timeouts: { renewal: RENEWAL_MS }, principals: { userKey: 'user_id' } },
      },
      work,
    );

  it.each(['login', 'regenerate', 'rotate'])(
    'is refused to %s() once the head has left, and the session stays as it was',
    (what) =>
      within(async (app) => {
        const visitor = app.visitor();
        await visitor.post('/begin');
        expect((await visitor.get(`/late/${what}`)).body).toBe('begun COOKIE_CANNOT_LEAVE');
        expect((await visitor.get('/cart')).body).toEqual({ cart: ['tea'] });
      }),
  );

  it('is refused to a session that has no record by then: none is left that nobody can open', () =>
    within(async (app) => {
      expect((await app.visitor().get('/late-save')).body).toBe('begun COOKIE_CANNOT_LEAVE');
      expect(app.store.calls.create).toBe(0);
    }));

  it('is refused to a user whom nobody announced: the stream is cut off, and the session stays as it was', () =>
    within(async (app) => {
      const visitor = app.visitor();
      await visitor.post('/begin');
      await expect(visitor.get('/late-user')).rejects.toMatchObject({ name: 'TypeError' });
      expect((await visitor.get('/cart')).body).toEqual({ cart: ['tea'] });
    }));

  it('still leaves with a head that is written and waits', () =>
    within(async (app) => {
      const visitor = app.visitor();
      await visitor.post('/begin');
      expect((await visitor.get('/head-first')).cookies).toHaveLength(1);
      expect((await visitor.get('/cart')).body).toEqual({ cart: ['tea'] });
    }));

  it.each(['/cart', '/passed-through', '/raw', '/guarded'])('comes at renewal time with %s', (path) =>
    within(async (app) => {
      const visitor = app.visitor();
      await visitor.post('/begin');
      app.clock.advance(RENEWAL_MS);
      expect((await visitor.get(path)).cookies).toHaveLength(1);
      expect((await visitor.get('/cart')).body).toEqual({ cart: ['tea'] });
    }),
  );
});
