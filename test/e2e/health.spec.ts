import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { SessionHealthIndicator } from '../../lib/adapters/terminus/index.js';
import { SessionModule, SessionProvider } from '../../lib/index.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';
import { PLATFORMS } from '../support/running-app.js';
import { freePort } from '../support/servers/free-port.js';

const PASSWORD = 'canary-q8Zk3vLw9Xz4';

@Controller('health')
class Health {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(SessionHealthIndicator) private readonly sessions: SessionHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  ready(): unknown {
    return this.health.check([() => this.sessions.check('sessions', { timeoutMs: 50 })]);
  }
}

const parts: AppParts = {
  imports: [TerminusModule.forRoot({ errorLogStyle: 'json' })],
  controllers: [Health],
  providers: [SessionHealthIndicator],
};

/** What the app answers whose provider is asked in this way; none: it cannot be asked. */
function answered(platform: (typeof PLATFORMS)[number][1], health?: () => void | Promise<void>) {
  const found: { status?: number; body?: { details?: Record<string, unknown> }; log?: string[] } = {};
  return TestApp.within(platform, parts, async (app) => {
    Object.assign(app.provider, health && { health });
    const { status, body } = await app.visitor().get('/health');
    Object.assign(found, { status, body, log: app.log.of('error') });
  }).then(() => found);
}

describe.each(PLATFORMS)('SessionHealthIndicator on %s', (_, platform) => {
  it('is up when the store answers, and says how long that took', async () => {
    const { status, body } = await answered(platform, () => undefined);
    expect(status).toBe(200);
    expect(body?.details).toEqual({ sessions: { status: 'up', latencyMs: expect.any(Number) } });
  });

  it('is down when the store fails, and says why without its message', async () => {
    const failure = Object.assign(new Error(`redis://app:${PASSWORD}@10.0.0.1`), { code: 'ECONNREFUSED' });
    const { status, body, log } = await answered(platform, () => Promise.reject(failure));
    expect(status).toBe(503);
    expect(body?.details).toEqual({
      sessions: { status: 'down', latencyMs: expect.any(Number), reason: 'ECONNREFUSED' },
    });
    expect(JSON.stringify([body, log])).not.toContain(PASSWORD);
  });

  it('is down when the store does not answer in time', async () => {
    const { status, body } = await answered(platform, () => new Promise(() => undefined));
    expect([status, body?.details?.['sessions']]).toEqual([
      503,
      { status: 'down', latencyMs: expect.any(Number), reason: 'STORE_TIMEOUT' },
    ]);
  });

  it('is up, and says that nobody was asked, when the provider cannot tell', async () => {
    const { status, body } = await answered(platform);
    expect([status, body?.details]).toEqual([
      200,
      { sessions: { status: 'up', latencyMs: 0, checked: false } },
    ]);
  });
});

describe('SessionHealthIndicator', () => {
  const [, platform] = PLATFORMS[0] ?? [];
  if (!platform) throw new Error('There is no platform.');

  it('asks every session store of the app', async () => {
    const second = SessionModule.forRoot({
      directory: import.meta.dirname,
      cookie: { name: 'admin_session' },
      sessionProvider: NaiveSessionProvider,
      isGlobal: false,
    });
    await TestApp.within(platform, { ...parts, imports: [...(parts.imports ?? []), second] }, async (app) => {
      const [one, other] = app.nest.get(SessionProvider, { each: true, strict: false });
      Object.assign(one ?? {}, { health: () => undefined });
      Object.assign(other ?? {}, { health: () => Promise.reject(new TypeError(PASSWORD)) });
      const { body } = await app.visitor().get('/health');
      expect(body).toMatchObject({ details: { sessions: { status: 'down', reason: 'TypeError' } } });
    });
  });

  it('tells of a Redis that is not there without its password', async () => {
    const provider = new RedisSessionProvider({
      url: `redis://app:${PASSWORD}@127.0.0.1:${await freePort()}`,
      driver: 'ioredis',
    });
    await TestApp.within(platform, parts, async (app) => {
      Object.assign(app.provider, { health: () => provider.health() });
      const { status, body } = await app.visitor().get('/health');
      expect(status).toBe(503);
      expect(JSON.stringify([body, app.log.of('error')])).not.toContain(PASSWORD);
    });
    await provider.close();
  });

  it('stops the boot of nothing, and tells when asked that an app has no sessions', async () => {
    await TestApp.within(platform, { ...parts, session: null }, async (app) => {
      expect((await app.visitor().get('/health')).status).toBe(500);
      expect(app.log.of('error').join()).toContain('SessionProvider');
    });
  });
});
