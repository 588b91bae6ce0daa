import { fileURLToPath } from 'node:url';
import {
  Body,
  Controller,
  Delete,
  Get,
  Injectable,
  Module,
  Post,
  Session as NestSession,
} from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  CredentialProvider,
  CurrentSession,
  HMACCredentialProvider,
  Session,
  SessionModule,
  type SessionModuleOptions,
  SessionParam,
  SessionProvider,
} from '../../lib/index.js';
import { type Platform, PLATFORMS, RunningApp } from '../support/running-app.js';
import { Visitor } from '../support/visitor.js';
import { DictionaryProvider } from './fixtures/own-classes/dictionary-provider.js';
import { TenantSession } from './fixtures/own-classes/tenant-session.js';

/** Where the chapter's file stands, unchanged. */
const CHAPTER = { directory: fixture('chapter') };
const OWN_CLASSES = { directory: fixture('own-classes') };

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** The routes of "Injecting Session and SessionParam". */
@Controller()
class InjectionController {
  @Get('whoami')
  whoami(@CurrentSession() session: Session) {
    return { user: session.get('user_id', null) };
  }

  @Get('feature')
  feature(@SessionParam() beta: boolean = false) {
    return { beta };
  }

  @Get('feature/flag')
  flag(@SessionParam('feature_flags.beta') beta: boolean = false) {
    return { beta };
  }

  @Post('values')
  fill(@CurrentSession() session: Session, @Body() values: Record<string, unknown>) {
    for (const [key, value] of Object.entries(values)) session.set(key, value);
  }
}

/** A singleton; the session is that of whoever calls. */
@Injectable()
class Greeter {
  constructor(private readonly session: Session) {}

  greet(): string {
    return `Hello, ${String(this.session.get('user_id', 'stranger'))}`;
  }
}

/** The lines of "Session Mapping", and the ways to a session that Nest has besides. */
@Controller()
class MappingController {
  constructor(private readonly greeter: Greeter) {}

  @Post('mapping')
  async write() {
    const session = await Session.loadSession();
    session.set('user_id', 'u123');
    session.set('feature_flags', { beta: true });
    await session.save();
    return { saved: session.id !== null };
  }

  @Get('mapping')
  async read() {
    const session = await Session.loadSession();
    return {
      user: session.get('user_id'),
      missing: session.get('missing', 'default'),
      has: [session.has('user_id'), session.has('missing')],
      size: session.size,
      keys: [...session.keys()],
      entries: [...session],
    };
  }

  @Delete('mapping/user')
  async remove() {
    const session = await Session.loadSession();
    return { removed: session.delete('user_id'), has: session.has('user_id'), size: session.size };
  }

  @Delete('mapping')
  async invalidate() {
    const session = await Session.loadSession();
    await session.invalidate();
    return { size: session.size };
  }

  @Get('greeting')
  greet(@NestSession() session: Session) {
    return { greeting: this.greeter.greet(), same: session.get('user_id', null) };
  }
}

/** The routes of an app with a session type of its own. */
@Controller('tenant')
class TenantController {
  @Get()
  show(@CurrentSession() session: TenantSession) {
    return { tenant: session.tenant, type: session.constructor.name };
  }

  @Get('loaded')
  async loaded() {
    const session = await TenantSession.loadSession();
    return { tenant: session.tenant, type: session.constructor.name };
  }

  @Post()
  choose(@CurrentSession() session: TenantSession, @Body('tenant') tenant: string) {
    session.set('tenant', tenant);
  }

  @Delete()
  async leave(@CurrentSession() session: TenantSession) {
    await session.invalidate();
  }
}

let app: RunningApp | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** A visitor of a new app, and what can be injected there. */
async function start(options: SessionModuleOptions, platform?: Platform) {
  @Module({
    imports: [SessionModule.forRoot(options)],
    controllers: [InjectionController, MappingController, TenantController],
    providers: [Greeter],
  })
  class AppModule {}
  app = await RunningApp.start(AppModule, platform);
  return { visitor: new Visitor(app.url), url: app.url, nest: app.nest };
}

const tokenOf = (visitor: Visitor): string => visitor.cookie.split('=')[1] ?? '';

describe.each(PLATFORMS)("the chapter's file on %s", (_, platform) => {
  it('works unchanged', async () => {
    const { visitor } = await start(CHAPTER, platform);
    await visitor.post('/values', { user_id: 'u123' });
    expect((await visitor.get('/whoami')).body).toEqual({ user: 'u123' });
  });

  it('may name a provider class of the reader, which gets the config in its constructor', async () => {
    const { nest } = await start(OWN_CLASSES, platform);
    expect(nest.get(SessionProvider)).toBe(DictionaryProvider.latest);
    expect(DictionaryProvider.latest.config).toEqual({ table: 'visitors', shards: [1, 2] });
  });

  it('may name a session type of the reader, which is what handlers get and whose cookie is used', async () => {
    const { visitor } = await start(OWN_CLASSES, platform);
    await visitor.post('/tenant', { tenant: 'Ada & Co.' });
    expect(visitor.cookie).toMatch(/^tenant_session=[^;]+$/);
    expect((await visitor.get('/tenant')).body).toEqual({ tenant: 'Ada & Co.', type: 'TenantSession' });
    expect((await visitor.get('/tenant/loaded')).body).toEqual({
      tenant: 'Ada & Co.',
      type: 'TenantSession',
    });
  });
});

describe('a file with a session section', () => {
  it('has to name a session_provider', async () => {
    const boot = start({ directory: fixture('no-provider') });
    await expect(boot).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(boot).rejects.toThrow(/serving\.dev\.yaml: session\.session_provider is missing/);
  });
});

describe('a provider class', () => {
  it('has to have the four methods', async () => {
    class HalfProvider {
      createSession(): void {}
      getSession(): void {}
    }
    const boot = start({ ...CHAPTER, sessionProvider: HalfProvider as never });
    await expect(boot).rejects.toThrow(/sessionProvider is .* lacks: updateSession, invalidateSession/);
  });
});

describe.each(PLATFORMS)('a provider of four methods on %s', (_, platform) => {
  it('creates, updates, gets and invalidates the sessions of the app', async () => {
    const { visitor } = await start(OWN_CLASSES, platform);
    const { calls, sessions } = DictionaryProvider.latest;
    await visitor.post('/tenant', { tenant: 'Ada' });
    expect(calls).toEqual(expect.arrayContaining(['createSession', 'updateSession']));
    expect([...sessions.values()]).toEqual([expect.objectContaining({ tenant: 'Ada' })]);
    calls.length = 0;
    await visitor.get('/tenant');
    expect(new Set(calls)).toEqual(new Set(['getSession']));
    await visitor.send('DELETE', '/tenant');
    expect(calls).toContain('invalidateSession');
    expect(sessions.size).toBe(0);
  });
});

describe.each(PLATFORMS)('the token of a session on %s', (_, platform) => {
  it('is made by createSessionToken() of the configured credential provider', async () => {
    const { visitor, nest } = await start(OWN_CLASSES, platform);
    await visitor.post('/tenant', { tenant: 'Ada' });
    const [id = '', ...secret] = tokenOf(visitor).split('.');
    const credentials = nest.get<CredentialProvider>(CredentialProvider);
    expect(credentials).toBeInstanceOf(HMACCredentialProvider);
    expect(credentials.validateSessionToken(secret.join('.'), id)).toBe(true);
  });

  it('is refused by validateSessionToken() before the provider hears of it, when it is forged', async () => {
    const { visitor, url } = await start(OWN_CLASSES, platform);
    await visitor.post('/tenant', { tenant: 'Ada' });
    const forger = new Visitor(url);
    forger.receive(`tenant_session=${tokenOf(visitor).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))}`);
    const { calls } = DictionaryProvider.latest;
    calls.length = 0;
    expect((await forger.get('/tenant')).body).toMatchObject({ tenant: 'nobody' });
    expect(calls).toEqual([]);
  });
});

describe.each(PLATFORMS)('the session mapping on %s', (_, platform) => {
  it('is that of the current request, however many run at the same time', async () => {
    const { url } = await start(CHAPTER, platform);
    const visitors = Array.from({ length: 20 }, () => new Visitor(url));
    await Promise.all(visitors.map((visitor, index) => visitor.post('/values', { user_id: index })));
    const answers = await Promise.all(visitors.map((visitor) => visitor.get('/greeting')));
    expect(answers.map(({ body }) => body)).toEqual(
      visitors.map((_visitor, index) => ({ greeting: `Hello, ${index}`, same: index })),
    );
  });

  it('is not stored before something is written, unless the configuration says so', async () => {
    const { visitor } = await start(CHAPTER, platform);
    expect((await visitor.get('/mapping')).cookies).toEqual([]);
    await app?.close();
    const { visitor: other } = await start({ ...CHAPTER, creation: 'eager' }, platform);
    expect((await other.get('/mapping')).cookies).toHaveLength(1);
  });

  it('is loaded for the current request by Session.loadSession(), and persisted by save()', async () => {
    const { visitor } = await start(CHAPTER, platform);
    expect((await visitor.post('/mapping')).body).toEqual({ saved: true });
    expect((await visitor.get('/mapping')).body).toMatchObject({ user: 'u123' });
  });

  it('reads, counts and iterates like a mapping, with a default for what is missing', async () => {
    const { visitor } = await start(CHAPTER, platform);
    await visitor.post('/mapping');
    expect((await visitor.get('/mapping')).body).toEqual({
      user: 'u123',
      missing: 'default',
      has: [true, false],
      size: 2,
      keys: ['user_id', 'feature_flags'],
      entries: [
        ['user_id', 'u123'],
        ['feature_flags', { beta: true }],
      ],
    });
  });

  it('removes a key for good', async () => {
    const { visitor } = await start(CHAPTER, platform);
    await visitor.post('/mapping');
    expect((await visitor.send('DELETE', '/mapping/user')).body).toEqual({
      removed: true,
      has: false,
      size: 1,
    });
    expect((await visitor.get('/mapping')).body).toMatchObject({
      has: [false, false],
      keys: ['feature_flags'],
    });
  });

  it('is gone after invalidate(): the cookie is cleared, and a copy of it opens nothing', async () => {
    const { visitor } = await start(CHAPTER, platform);
    await visitor.post('/mapping');
    const copy = visitor.twin();
    expect((await visitor.send('DELETE', '/mapping')).body).toEqual({ size: 0 });
    expect(visitor.cookie).toBe('');
    expect((await copy.get('/mapping')).body).toMatchObject({ size: 0 });
  });

  it('keeps its token in a cookie named serving_session', async () => {
    const { visitor } = await start(CHAPTER, platform);
    const { cookies } = await visitor.post('/mapping');
    expect(cookies).toEqual([
      expect.stringMatching(/^serving_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });
});

describe.each(PLATFORMS)('injection on %s', (_, platform) => {
  it('gives the session to handlers, to singletons, and under the name that Nest has for it', async () => {
    const { visitor } = await start(CHAPTER, platform);
    expect((await visitor.get('/whoami')).body).toEqual({ user: null });
    await visitor.post('/values', { user_id: 'Ada' });
    expect((await visitor.get('/whoami')).body).toEqual({ user: 'Ada' });
    expect((await visitor.get('/greeting')).body).toEqual({ greeting: 'Hello, Ada', same: 'Ada' });
  });

  it('looks @SessionParam() up by the name of the parameter, whose default is used while the key is missing', async () => {
    const { visitor } = await start(CHAPTER, platform);
    expect((await visitor.get('/feature')).body).toEqual({ beta: false });
    await visitor.post('/values', { beta: true });
    expect((await visitor.get('/feature')).body).toEqual({ beta: true });
  });

  it('looks @SessionParam(key) up by key or path', async () => {
    const { visitor } = await start(CHAPTER, platform);
    expect((await visitor.get('/feature/flag')).body).toEqual({ beta: false });
    await visitor.post('/values', { feature_flags: { beta: true } });
    expect((await visitor.get('/feature/flag')).body).toEqual({ beta: true });
    await visitor.post('/values', { 'feature_flags.beta': 'literal' });
    expect((await visitor.get('/feature/flag')).body).toEqual({ beta: 'literal' });
  });

  it('gives a present null as null, not as the default', async () => {
    const { visitor } = await start(CHAPTER, platform);
    await visitor.post('/values', { beta: null, feature_flags: { beta: null } });
    expect((await visitor.get('/feature')).body).toEqual({ beta: null });
    expect((await visitor.get('/feature/flag')).body).toEqual({ beta: null });
  });
});
