import { Controller, Get, Injectable, Module, Req, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import passport from 'passport';
import { Strategy } from 'passport-oauth2';
import { CurrentSession, Session } from '../../../lib/index.js';
import { TestApp } from '../../support/app.js';
import { EXPRESS } from '../../support/attacked.js';
import type { Visitor } from '../../support/visitor.js';
import { OAuthProvider } from '../fixtures/oauth-provider.js';

/** The strategy is made with the app, when the provider's address is known. */
let provider: OAuthProvider;

@Injectable()
class OAuthStrategy extends PassportStrategy(Strategy, 'oauth2') {
  constructor() {
    super({
      authorizationURL: `${provider.url}/authorize`,
      tokenURL: `${provider.url}/token`,
      clientID: 'app',
      clientSecret: 'app-secret',
      callbackURL: 'http://localhost/callback',
      state: true,
      pkce: true,
    });
  }

  validate(accessToken: string): object {
    return { accessToken };
  }
}

@Controller()
class CallbackController {
  @Get('login')
  @UseGuards(AuthGuard('oauth2'))
  login(): void {
    throw new Error('The guard answers by itself.');
  }

  @Get('callback')
  @UseGuards(AuthGuard('oauth2'))
  callback(@Req() { user }: Request): unknown {
    return user;
  }

  @Get('kept')
  kept(@CurrentSession() session: Session): unknown {
    return [...session.keys()];
  }
}

@Module({
  imports: [PassportModule],
  controllers: [CallbackController],
  providers: [OAuthStrategy],
})
class OAuthApp {}

describe('the state of passport-oauth2 in a session with session.express_compatible: true', () => {
  let app: TestApp;

  beforeAll(async () => {
    provider = await OAuthProvider.start();
    app = await TestApp.start(EXPRESS, {
      imports: [OAuthApp],
      session: { expressCompatible: true },
      main: (nest) => void nest.use(passport.initialize()),
    });
  });

  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  /** Goes to the provider as a browser does, and answers the path at which it comes back. */
  async function authorised(visitor: Visitor): Promise<string> {
    const asked = (await visitor.get('/login')).headers.get('location') ?? '';
    expect(asked).toMatch(/\/authorize\?.*code_challenge=.*&state=/);
    const answer = await fetch(asked, { redirect: 'manual' });
    const { pathname, search } = new URL(answer.headers.get('location') ?? '');
    return pathname + search;
  }

  it('lets a browser come back that went there', async () => {
    const visitor = app.visitor();
    const back = await authorised(visitor);
    expect(await visitor.get(back)).toMatchObject({ status: 200, body: { accessToken: 'granted' } });
    expect((await visitor.get('/kept')).body).toEqual([]);
  });

  it('is good once', async () => {
    const visitor = app.visitor();
    const back = await authorised(visitor);
    await visitor.get(back);
    expect((await visitor.get(back)).status).toBe(401);
  });

  it('refuses a browser that never went there, and one that went for another state', async () => {
    const back = await authorised(app.visitor());
    expect((await app.visitor().get(back)).status).toBe(401);
    const other = app.visitor();
    await authorised(other);
    expect((await other.get(back)).status).toBe(401);
  });
});
