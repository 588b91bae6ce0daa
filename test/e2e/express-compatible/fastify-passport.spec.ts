import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentSession, Session } from '../../../lib/index.js';
import { TestApp } from '../../support/app.js';
import { type User, withFastifyPassport } from '../fixtures/fastify-passport-app.js';

type Values = Record<string, unknown> & { data(): Record<string, unknown> };
type Carrier = FastifyRequest & { session: Values };

const ADA = { username: 'ada', password: 'secret' };

@Controller()
class MemberController {
  @Get('me')
  me(@Req() request: Carrier): unknown {
    return { user: (request as unknown as { user?: User }).user ?? null, data: request.session.data() };
  }

  @Post('cart')
  add(@Req() request: Carrier): void {
    ((request.session['cart'] ??= []) as string[]).push('tea');
  }

  @Post('logout')
  async logout(@Req() request: Carrier): Promise<void> {
    await request.logout();
  }

  @Get('messages')
  messages(@Res() reply: FastifyReply): void {
    void reply.send(reply.flash('error'));
  }

  @Get('ours')
  ours(@CurrentSession() session: Session): unknown {
    return session.toObject();
  }
}

describe('@fastify/passport with session.express_compatible: true', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(() => new FastifyAdapter(), {
      controllers: [MemberController],
      session: { expressCompatible: true },
      main: withFastifyPassport,
    });
  });

  afterAll(() => app.close());

  it('logs a user in under a new token, remembers them, and logs them out', async () => {
    const visitor = app.visitor();
    await visitor.post('/cart');
    const planted = visitor.twin();
    expect(await visitor.post('/login', ADA)).toMatchObject({ status: 200, body: { id: 'ada' } });
    expect(visitor.cookie).not.toBe(planted.cookie);
    expect((await visitor.get('/me')).body).toEqual({ user: { id: 'ada' }, data: { passport: 'ada' } });
    expect((await planted.get('/me')).body).toEqual({ user: null, data: {} });
    const copy = visitor.twin();
    expect((await visitor.post('/logout')).status).toBe(201);
    for (const each of [visitor, copy])
      expect((await each.get('/me')).body).toEqual({ user: null, data: {} });
  });

  it('keeps what is nested, and shows the same session as @CurrentSession()', async () => {
    const visitor = app.visitor();
    await visitor.post('/cart');
    await visitor.post('/cart');
    expect((await visitor.get('/ours')).body).toEqual({ cart: ['tea', 'tea'] });
  });

  it('flashes why a login failed, once', async () => {
    const visitor = app.visitor();
    const { status } = await visitor.post('/login', { username: 'ada' });
    expect(status).toBe(400);
    expect((await visitor.get('/messages')).body).toEqual(['Try again.']);
    expect((await visitor.get('/messages')).body).toEqual([]);
  });

  it('answers 503 while the store fails', async () => {
    const visitor = app.visitor();
    await visitor.post('/login', ADA);
    app.store.every('load', 'fail-before');
    expect((await visitor.get('/me')).status).toBe(503);
    app.store.heal();
    expect((await visitor.get('/me')).body).toMatchObject({ user: { id: 'ada' } });
  });
});
