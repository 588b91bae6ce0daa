import { type CanActivate, Controller, Get, Injectable, Post, UseGuards } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CurrentSession, RequireFreshAuth, RequireSession, Session, SessionParam } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;

/** A guard of the app, which runs after ours and finds the session loaded. */
@Injectable()
class AdultsOnly implements CanActivate {
  constructor(private readonly session: Session) {}

  canActivate(): boolean {
    return this.session.get('age', 0) >= 18;
  }
}

@Controller()
class BankController {
  @Post('visit')
  visit(@CurrentSession() session: Session): void {
    session.set('seen', true);
  }

  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    session.set('age', 30);
    await session.login('ada', { amr: ['pwd'], keep: ['age'] });
  }

  @Post('step-up')
  async stepUp(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada', { amr: ['pwd', 'otp'], keep: 'all' });
  }

  @Post('by-key')
  byKey(@CurrentSession() session: Session): void {
    session.set('userId', 7);
  }

  @Get('account')
  @RequireSession()
  account(@SessionParam('age') age: number): { age: number } {
    return { age };
  }

  @Get('bar')
  @RequireSession()
  @UseGuards(AdultsOnly)
  bar(): string {
    return 'open';
  }

  @Get('transfer')
  @RequireFreshAuth({ maxAge: '5m', amr: ['otp'] })
  transfer(): string {
    return 'done';
  }

  @Get('recent')
  @RequireFreshAuth({ maxAge: 5 * MINUTE_MS })
  recent(): string {
    return 'done';
  }
}

@Controller('class')
@RequireSession()
class GuardedController {
  @Get()
  index(@CurrentSession() session: Session): unknown {
    return { principal: session.principal };
  }
}

describe.each(PLATFORMS)('the guards on %s', (_, platform) => {
  let app: TestApp;
  let visitor: Visitor;

  beforeEach(async () => {
    app = await TestApp.start(platform, {
      controllers: [BankController, GuardedController],
      providers: [AdultsOnly],
      session: { principals: { userKey: 'userId' }, timeouts: { absolute: '12h' } },
    });
    visitor = app.visitor();
  });

  afterEach(() => app.close());

  it.each(['/account', '/bar', '/transfer', '/class'])('answer 401 on %s to a stranger', async (path) => {
    const answer = await visitor.get(path);
    expect(answer).toMatchObject({
      status: 401,
      body: { statusCode: 401, code: 'SESSION_REQUIRED' },
      cookies: [],
    });
    expect(answer.headers.get('vary')).toContain('Cookie');
    expect(app.store.calls.load).toBe(0);
  });

  it('answer 401 to somebody with a session and no login', async () => {
    await visitor.post('/visit');
    expect(await visitor.get('/account')).toMatchObject({ status: 401, body: { code: 'SESSION_REQUIRED' } });
  });

  it('let those pass who are logged in, with the session loaded for handlers and further guards', async () => {
    await visitor.post('/login');
    expect(await visitor.get('/account')).toMatchObject({ status: 200, body: { age: 30 } });
    expect(await visitor.get('/bar')).toMatchObject({ status: 200 });
    expect(await visitor.get('/class')).toMatchObject({ status: 200, body: { principal: 'ada' } });
  });

  it('let those pass whom the key of the app names', async () => {
    await visitor.post('/by-key');
    expect(await visitor.get('/account')).toMatchObject({ status: 200 });
    expect(await visitor.get('/recent')).toMatchObject({
      status: 401,
      body: { code: 'FRESH_AUTH_REQUIRED' },
    });
  });

  it('ask for a stronger login, and say which', async () => {
    await visitor.post('/login');
    const answer = await visitor.get('/transfer');
    expect(answer).toMatchObject({
      status: 401,
      body: { statusCode: 401, code: 'FRESH_AUTH_REQUIRED', maxAge: 300, amr: ['otp'] },
    });
    expect(answer.headers.get('www-authenticate')).toBe(
      'Session error="insufficient_user_authentication", max_age="300", amr_values="otp"',
    );
    await visitor.post('/step-up');
    expect(await visitor.get('/transfer')).toMatchObject({ status: 200 });
  });

  it('ask for a fresh login once it is as old as allowed', async () => {
    await visitor.post('/step-up');
    app.clock.advance(5 * MINUTE_MS - 1);
    expect(await visitor.get('/recent')).toMatchObject({ status: 200 });
    app.clock.advance(1);
    expect(await visitor.get('/recent')).toMatchObject({
      status: 401,
      body: { code: 'FRESH_AUTH_REQUIRED' },
    });
    expect(await visitor.get('/account')).toMatchObject({ status: 200 });
  });

  it('answer 503, not 401, while the store is down', async () => {
    await visitor.post('/login');
    app.store.next('load', 'fail-before');
    expect(await visitor.get('/account')).toMatchObject({ status: 503 });
  });
});

describe('@RequireFreshAuth()', () => {
  it('refuses an age that is none, and a method that would break the header', () => {
    expect(() => RequireFreshAuth({ maxAge: 'soon' as never })).toThrow(
      expect.objectContaining({ code: 'BAD_TIMEOUT' }),
    );
    expect(() => RequireFreshAuth({ amr: ['otp"\r\nX: y'] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
