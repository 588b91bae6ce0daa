import { Controller, Get, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import session from 'express-session';
import { Keyv } from 'keyv';
import {
  CurrentSession,
  type ProviderContext,
  Session,
  type SessionModuleOptions,
  type SessionValueRecord,
} from '../../lib/index.js';
import { ExpressStoreSessionProvider, fromExpressStore } from '../../lib/providers/express-store/index.js';
import { KeyvSessionProvider } from '../../lib/providers/keyv/index.js';
import { TestApp } from '../support/app.js';
import { SilentStore } from '../support/odd-express-stores.js';
import { type Platform, PLATFORMS } from '../support/running-app.js';

const IDLE_MS = 30 * 60_000;

@Controller()
class AccountController {
  @Post('login')
  async login(@CurrentSession() current: Session): Promise<void> {
    await current.regenerate({ keep: 'all' });
    current.set('user', 'Ada');
  }

  @Post('counter')
  count(@CurrentSession() current: Session): Promise<number> {
    return current.increment('count');
  }

  @Get('whoami')
  whoami(@CurrentSession() current: Session): object {
    return current.toObject();
  }

  @Post('logout')
  logout(@CurrentSession() current: Session): Promise<void> {
    return current.invalidate();
  }
}

/** As a class that a YAML file names. */
class InMemoryStore extends ExpressStoreSessionProvider {
  constructor(_config: SessionValueRecord, context: ProviderContext) {
    super(new session.MemoryStore(), context);
  }
}

class InKeyv extends KeyvSessionProvider {
  constructor(_config: SessionValueRecord, context: ProviderContext) {
    super(new Keyv(), context);
  }
}

let app: TestApp | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(platform: Platform, options: SessionModuleOptions): Promise<TestApp> {
  app = await TestApp.start(platform, { controllers: [AccountController], session: options });
  return app;
}

describe.each(PLATFORMS)('an app on %s', (_, platform) => {
  it.each([InMemoryStore, InKeyv])('counts, logs in and logs out on %p', async (sessionProvider) => {
    const running = await start(platform, { sessionProvider });
    const visitor = running.visitor();
    await visitor.post('/counter');
    await Promise.all([visitor.post('/counter'), visitor.post('/counter'), visitor.post('/counter')]);
    const stolen = visitor.twin();
    await visitor.post('/login');
    expect((await visitor.get('/whoami')).body).toEqual({ count: 4, user: 'Ada' });
    expect((await stolen.get('/whoami')).body).toEqual({});
    const copy = visitor.twin();
    await visitor.post('/logout');
    expect((await copy.get('/whoami')).body).toEqual({});
    expect(running.log.of('warn')).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${sessionProvider.name} bridges to .* may lose a change or undo a logout`),
      ),
    );
  });

  it.each([InMemoryStore, InKeyv])('lets a session idle out on %p', async (sessionProvider) => {
    const running = await start(platform, { sessionProvider });
    const visitor = running.visitor();
    await visitor.post('/counter');
    running.clock.advance(IDLE_MS - 1);
    expect((await visitor.get('/whoami')).body).toEqual({ count: 1 });
    running.clock.advance(IDLE_MS);
    expect((await visitor.get('/whoami')).body).toEqual({});
  });

  it('answers 503 within the operation timeout when the store never does', async () => {
    const sessionProvider = fromExpressStore(new SilentStore());
    const running = await start(platform, { sessionProvider, operationTimeout: 100 });
    const cookie = `serving_session=${'i'.repeat(22)}.${'s'.repeat(43)}`;
    expect((await running.visitor().get('/whoami', { cookie })).status).toBe(503);
    expect((await running.visitor().post('/counter')).status).toBe(503);
  });
});
