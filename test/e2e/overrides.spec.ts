import { Controller, Get, type INestApplication, Module, Post } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  CredentialProvider,
  CurrentSession,
  InMemorySessionProvider,
  RandomCredentialProvider,
  Session,
  SESSION_CLOCK,
  SESSION_CONFIG,
  SESSION_OPTIONS,
  SessionModule,
  SessionProvider,
  type SessionSettings,
} from '../../lib/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { type Platform, PLATFORMS } from '../support/running-app.js';

const MINUTE_MS = 60_000;

@Controller()
class AccountController {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Get('whoami')
  whoami(@CurrentSession() session: Session): { user: string | null } {
    return { user: session.get('user', null) };
  }

  @Get('outside')
  outside(): string {
    return 'outside';
  }
}

/** An app whose own configuration cannot work: no file is where it says. What overrides it must not touch it. */
@Module({
  imports: [SessionModule.forRoot({ configFile: 'nowhere.yaml' })],
  controllers: [AccountController],
})
class AppModule {}

const SETTINGS: SessionSettings = {
  environment: 'test',
  directory: '.',
  sessionProvider: InMemorySessionProvider,
  sessionType: Session,
  config: {},
  cookie: {
    name: 'from_settings',
    path: '/',
    secure: 'auto',
    httpOnly: true,
    sameSite: 'lax',
    prefix: 'none',
    partitioned: false,
    persistent: false,
  },
  timeouts: { idle: 30 * MINUTE_MS, absolute: 720 * MINUTE_MS, touch: MINUTE_MS, renewal: 0, grace: 30_000 },
  principals: { whenFull: 'evict-oldest', unannounced: 'auto', deviceFacts: false },
  clearSiteData: 'none',
  webSocket: { revalidate: 0, touch: true, check: 750 },
  limits: { size: 32_768, keys: 256, depth: 32 },
  creation: 'first-write',
  expressCompatible: false,
  operationTimeout: 2000,
  interceptor: 'marked',
  auth: { credentialProvider: RandomCredentialProvider, config: {} },
};

let app: INestApplication | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** A client of the app that keeps its cookies; the app is as a user's test makes it. */
async function browserOf(
  platform: Platform,
  override: (module: TestingModuleBuilder) => TestingModuleBuilder,
) {
  const testing = await override(Test.createTestingModule({ imports: [AppModule] })).compile();
  app = testing.createNestApplication(platform(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return request.agent(await app.getUrl());
}

const withSettings = (module: TestingModuleBuilder) =>
  module.overrideProvider(SESSION_CONFIG).useValue(SETTINGS);

describe.each(PLATFORMS)('a test on %s', (_, platform) => {
  it('reads no file when it overrides SESSION_CONFIG', async () => {
    const browser = await browserOf(platform, withSettings);
    const { headers } = await browser.post('/login').expect(201);
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^from_settings=/)]);
  });

  it('gives forRoot() other options when it overrides SESSION_OPTIONS', async () => {
    const browser = await browserOf(platform, (module) =>
      module
        .overrideProvider(SESSION_OPTIONS)
        .useValue({ directory: import.meta.dirname, cookie: { name: 'from_options' } }),
    );
    const { headers } = await browser.post('/login').expect(201);
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^from_options=/)]);
  });

  it('travels in time when it overrides SESSION_CLOCK', async () => {
    const clock = new FakeClock();
    const browser = await browserOf(platform, (module) =>
      withSettings(module).overrideProvider(SESSION_CLOCK).useValue(clock),
    );
    await browser.post('/login').expect(201);
    clock.advance(30 * MINUTE_MS - 1);
    expect((await browser.get('/whoami')).body).toEqual({ user: 'Ada' });
    clock.advance(30 * MINUTE_MS);
    expect((await browser.get('/whoami')).body).toEqual({ user: null });
  });

  it('sees and breaks the store when it overrides SessionProvider', async () => {
    const down = (): never => {
      throw new Error('The store is down.');
    };
    const broken = { createSession: down, updateSession: down, getSession: down, invalidateSession: down };
    const browser = await browserOf(platform, (module) =>
      withSettings(module).overrideProvider(SessionProvider).useValue(broken),
    );
    expect((await browser.post('/login')).status).toBe(503);
    expect((await browser.get('/outside')).status).toBe(200);
  });

  it('knows the tokens when it overrides CredentialProvider', async () => {
    const secret = 'known-to-the-test';
    const browser = await browserOf(platform, (module) =>
      withSettings(module)
        .overrideProvider(CredentialProvider)
        .useValue({ createSessionToken: () => secret, validateSessionToken: () => true }),
    );
    const { headers } = await browser.post('/login').expect(201);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^from_settings=[\w-]{22}\.known-to-the-test;/),
    ]);
  });
});
