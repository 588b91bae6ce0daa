import { Body, Controller, Delete, Get, Module, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import {
  CurrentSession,
  Session,
  SessionModule,
  type SessionModuleOptions,
  SessionParam,
  type SessionSchema,
} from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { TestApp } from '../support/app.js';
import { type Platform, PLATFORMS, RunningApp } from '../support/running-app.js';

class ConsentSession extends Session<{ analytics: boolean }> {
  static override readonly cookieName = 'consent';
  static override readonly schema = z.object({ analytics: z.boolean() });
}

@Controller()
class Account {
  @Get('values')
  values(@CurrentSession() session: Session): unknown {
    return session.toObject();
  }

  @Post('values')
  set(@CurrentSession() session: Session, @Body() values: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(values)) session.set(key, value);
  }

  @Get('theme')
  theme(@SessionParam() theme: string = 'light'): { theme: string } {
    return { theme };
  }

  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada', { keep: 'all' });
  }

  @Get('who')
  who(@CurrentSession() session: Session): object {
    return { principal: session.principal };
  }

  @Post('coded')
  coded(@CurrentSession() session: Session): void {
    session
      .set('seen', new Date(1000))
      .set('tags', new Set(['a', 'b\n']))
      .set('cents', 5n);
  }

  @Get('coded')
  async decoded(@CurrentSession() session: Session): Promise<object> {
    const seen: unknown = session.get('seen');
    const tags: unknown = session.get('tags');
    const cents: unknown = await session.update('cents', (before) => (before as bigint) + 1n);
    return {
      seen: seen instanceof Date ? seen.getTime() : null,
      tags: tags instanceof Set ? [...(tags as Set<string>)] : null,
      cents: String(cents),
    };
  }

  @Post('consent')
  async consent(@Body() { analytics }: { analytics: boolean }): Promise<void> {
    const session = await ConsentSession.loadSession();
    session.set('analytics', analytics);
  }

  @Delete('values')
  clear(@CurrentSession() session: Session): void {
    session.clear();
  }
}

const SCHEMAS: readonly (readonly [name: string, schema: SessionSchema])[] = [
  ['zod', z.object({ theme: z.enum(['light', 'dark']), cart: z.array(z.string()) })],
  ['valibot', v.object({ theme: v.picklist(['light', 'dark']), cart: v.array(v.string()) })],
  ['arktype', type({ theme: "'light' | 'dark'", cart: 'string[]' })],
  ['zod, a key each', z.object({ theme: z.enum(['light', 'dark']), cart: z.array(z.string()) }).shape],
];

let app: TestApp | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** The same visitor before an app that runs on the same store under other options: the next release. */
async function releases(
  platform: Platform,
  before: SessionModuleOptions,
  after: SessionModuleOptions,
): Promise<{ readonly old: TestApp; readonly next: () => Promise<TestApp> }> {
  const old = await TestApp.start(platform, { controllers: [Account], session: before });
  app = old;
  const next = async (): Promise<TestApp> => {
    const { provider } = old;
    await old.close();
    app = await TestApp.start(platform, {
      controllers: [Account],
      session: { ...after, sessionProvider: provider },
    });
    return app;
  };
  return { old, next };
}

describe.each(PLATFORMS)('on %s', (_platform, platform) => {
  describe.each(SCHEMAS)('a schema of %s', (_schema, schema) => {
    it('refuses a wrong value with an error, and keeps the record as it was', async () => {
      app = await TestApp.start(platform, { controllers: [Account], session: { schema } });
      const visitor = app.visitor();
      expect((await visitor.post('/values', { theme: 'dark', cart: ['tea'] })).status).toBe(201);
      expect((await visitor.post('/values', { cart: ['milk'], theme: 'blue' })).status).toBe(500);
      expect((await visitor.get('/values')).body).toEqual({ theme: 'dark', cart: ['tea'] });
    });

    it('drops a stale preference with an event, and logs nobody out', async () => {
      const { old, next } = await releases(platform, {}, { schema });
      const visitor = old.visitor();
      await visitor.post('/values', { theme: 'blue', cart: ['tea'] });
      await visitor.post('/login');
      const later = await next();
      const back = visitor.twin(later.url);
      const events = await eventsDuring(async () => {
        expect((await back.get('/theme')).body).toEqual({ theme: 'light' });
        expect((await back.get('/values')).body).toEqual({ cart: ['tea'] });
        expect((await back.get('/who')).body).toEqual({ principal: 'ada' });
        expect((await back.post('/values', { theme: 'dark' })).status).toBe(201);
        expect((await back.get('/theme')).body).toEqual({ theme: 'dark' });
      });
      expect(events.map(({ type: kind }) => kind)).toEqual(['refused-value', 'refused-value']);
      expect(events[0]).toEqual({ type: 'refused-value', id: expect.any(String), key: 'theme' });
    });
  });

  it('a session of its own has a schema of its own', async () => {
    const schema = z.strictObject({ theme: z.string() });
    app = await TestApp.start(platform, { controllers: [Account], session: { schema } });
    const visitor = app.visitor();
    expect((await visitor.post('/consent', { analytics: true })).status).toBe(201);
    expect((await visitor.post('/consent', { analytics: 'yes' })).status).toBe(500);
    expect((await visitor.post('/values', { theme: 'any' })).status).toBe(201);
    expect((await visitor.post('/values', { analytics: true })).status).toBe(500);
  });

  it('a migration brings the sessions of the release before along', async () => {
    const migration = {
      version: 1,
      migrate: ({ colour, ...rest }: Record<string, unknown>) => ({ ...rest, theme: colour ?? 'light' }),
    };
    const { old, next } = await releases(platform, {}, { migration, schema: { theme: z.string() } });
    const visitor = old.visitor();
    await visitor.post('/values', { colour: 'dark' });
    const later = await next();
    const back = visitor.twin(later.url);
    const events = await eventsDuring(async () => {
      expect((await back.get('/theme')).body).toEqual({ theme: 'dark' });
      expect((await back.get('/values')).body).toEqual({ theme: 'dark' });
    });
    expect(events).toEqual([expect.objectContaining({ type: 'migrated' })]);
    expect(old.stored(back.cookie)).toEqual({ theme: 'dark' });
  });

  it('the codec carries dates, sets and bigints, and reads what was JSON before', async () => {
    const { old, next } = await releases(platform, { codec: 'json' }, { codec: 'devalue' });
    const visitor = old.visitor();
    await visitor.post('/values', { theme: 'dark' });
    expect((await visitor.post('/coded')).status).toBe(500);
    const later = await next();
    const back = visitor.twin(later.url);
    expect((await back.post('/coded')).status).toBe(201);
    expect((await back.get('/coded')).body).toEqual({ seen: 1000, tags: ['a', 'b\n'], cents: '6' });
    expect((await back.get('/theme')).body).toEqual({ theme: 'dark' });
  });

  it('without the codec, what it wrote counts as missing; nobody is logged out, nothing is overwritten', async () => {
    const { old, next } = await releases(platform, { codec: 'devalue' }, {});
    const visitor = old.visitor();
    await visitor.post('/values', { theme: 'dark' });
    await visitor.post('/coded');
    await visitor.post('/login');
    const later = await next();
    const back = visitor.twin(later.url);
    const events = await eventsDuring(async () => {
      expect((await back.get('/values')).body).toEqual({ theme: 'dark' });
      expect((await back.get('/who')).body).toEqual({ principal: 'ada' });
      expect((await back.post('/values', { theme: 'light' })).status).toBe(201);
    });
    expect(events.map(({ type: kind }) => kind)).toEqual([
      'corrupt-record',
      'corrupt-record',
      'corrupt-record',
    ]);
    const [id = ''] = back.cookie.split('=')[1]?.split('.') ?? [];
    expect(old.provider.memory.load(id)?.text).toContain('~devalue');
  });
});

describe('at boot', () => {
  const boot = (session: SessionModuleOptions): Promise<unknown> => {
    @Module({ imports: [SessionModule.forRoot({ directory: import.meta.dirname, ...session })] })
    class AppModule {}
    return RunningApp.start(AppModule);
  };

  class Typed extends Session {
    static override readonly schema = z.string();
  }

  it.each([
    ['schema', { schema: z.string() }],
    ['schema', { schema: 'zod' as never }],
    ['Typed.schema', { sessionType: Typed }],
    ['migration.version', { migration: { version: 0, migrate: (old: Record<string, unknown>) => old } }],
    ['migration.migrate', { migration: { version: 1 } as never }],
  ])('%s is held against what can work', async (key, session) => {
    await expect(boot(session)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${key} is `),
    });
  });
});
