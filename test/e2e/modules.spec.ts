import { connect as connectHttp2 } from 'node:http2';
import { Controller, Get, Inject, Injectable, Module, Session as NestSession } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { describe, expect, it, jest } from '@jest/globals';
import {
  type CreateOutcome,
  CredentialProvider,
  CurrentSession,
  type ProviderContext,
  SESSION_CONFIG,
  Session,
  SessionModule,
  type SessionOptions,
  type SessionOptionsFactory,
  SessionProvider,
  type SessionSettings,
  type SessionValueRecord,
  UseSession,
} from '../../lib/index.js';
import { Gate } from '../../lib/testing/gate.js';
import { turn } from '../../lib/testing/turn.js';
import { type AppParts, TestApp } from '../support/app.js';
import { Exchange } from '../support/exchange.js';
import { FaultyProvider } from '../support/faulty-provider.js';
import { PLATFORMS } from '../support/running-app.js';

let pause = new Gate();

@Controller()
class SharedController {
  @Get('write')
  write(@CurrentSession() session: Session): object {
    session.set('user', 'Ada');
    return { id: session.id };
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.get('user', null) };
  }

  @Get('nest')
  nest(@NestSession() session?: Session): object {
    return { type: typeof session?.get };
  }

  @Get('slow')
  async slow(@CurrentSession() session: Session): Promise<void> {
    await pause.pass();
    session.set('slow', true);
  }

  @Get('stream')
  async *stream(@CurrentSession() session: Session): AsyncGenerator<string> {
    session.set('user', 'Ada');
    yield 'one ';
    session.set('user', 'Grace');
    yield 'two';
  }

  @Get('plain')
  plain(): string {
    return 'plain';
  }
}

const shared = { controllers: [SharedController] };

const { within } = TestApp;

describe.each(PLATFORMS)('SessionModule on %s', (_, platform) => {
  /** No YAML file lies here. */
  const options = { directory: import.meta.dirname } satisfies SessionOptions;

  it('is global unless isGlobal is false; then the modules that import it have the session', async () => {
    @Injectable()
    class Reader {
      constructor(readonly session: Session) {}
    }
    const session = SessionModule.forRoot({ ...options, isGlobal: false });

    @Module({ providers: [Reader] })
    class Outside {}

    @Module({ imports: [session], providers: [Reader], exports: [Reader] })
    class Inside {}

    const outside = Test.createTestingModule({ imports: [session, Outside] }).compile();
    await expect(outside).rejects.toThrow(/can't resolve dependencies of the Reader/);
    const inside = await Test.createTestingModule({ imports: [session, Inside] }).compile();
    expect(inside.get(Reader, { strict: false }).session).toBeInstanceOf(Session);
    await inside.close();
  });

  it.each(['preview', 'snapshot'] as const)('can be looked at with %s', async (how) => {
    @Module({ imports: [SessionModule.forRoot(options)], ...shared })
    class AppModule {}

    const nest = await NestFactory.create(AppModule, platform(), {
      [how]: true,
      logger: false,
      abortOnError: false,
    });
    await expect(nest.close()).resolves.toBeUndefined();
  });

  describe('by forRootAsync()', () => {
    const COOKIE = 'made_later';

    @Injectable()
    class Options implements SessionOptionsFactory {
      createSessionOptions(): SessionOptions {
        return { ...options, cookie: { name: COOKIE } };
      }
    }

    @Module({ providers: [Options], exports: [Options] })
    class OptionsModule {}

    it.each([
      [
        'useFactory',
        () =>
          SessionModule.forRootAsync({
            imports: [OptionsModule],
            inject: [Options],
            useFactory: async (made: Options) => made.createSessionOptions(),
          }),
      ],
      ['useClass', () => SessionModule.forRootAsync({ useClass: Options })],
      ['useExisting', () => SessionModule.forRootAsync({ imports: [OptionsModule], useExisting: Options })],
    ])('takes its options from %s', async (__, session) => {
      await within(platform, { ...shared, session: null, imports: [session()] }, async (app) => {
        const visitor = app.visitor();
        await visitor.get('/write');
        expect(visitor.cookie).toMatch(/^made_later=/);
        expect((await visitor.get('/read')).body).toEqual({ user: 'Ada' });
      });
    });
  });

  describe('twice in one app', () => {
    class AdminSession extends Session {}

    @Controller('admin')
    class AdminController {
      constructor(@Inject(AdminSession) private readonly admin: AdminSession) {}

      @Get()
      mark(@CurrentSession() session: Session): object {
        session.set('as', 'visitor');
        this.admin.set('as', 'admin');
        return { visitor: session.get('as'), admin: this.admin.get('as') };
      }
    }

    it('is two sessions in each request, if their cookies differ', async () => {
      const provider = new FaultyProvider();
      const second = SessionModule.forRoot({
        ...options,
        sessionProvider: provider,
        sessionType: AdminSession,
        cookie: { name: 'admin' },
        isGlobal: false,
      });

      @Module({ imports: [second], controllers: [AdminController] })
      class AdminModule {}

      await within(platform, { ...shared, imports: [AdminModule] }, async (app) => {
        const visitor = app.visitor();
        const { body, cookies } = await visitor.get('/admin');
        expect(body).toEqual({ visitor: 'visitor', admin: 'admin' });
        expect(cookies.map((line) => line.split('=')[0])).toEqual(['serving_session', 'admin']);
        expect([app.provider.commits, provider.commits]).toEqual([1, 1]);
        expect(app.log.of('warn')).toEqual([]);
      });
    });

    it('means by Session that of the first one among the imports, however long its store takes to open', async () => {
      class SlowProvider extends FaultyProvider {
        async open(): Promise<void> {
          for (let turns = 0; turns < 20; turns++) await turn();
        }
      }
      const quick = new FaultyProvider();
      const slow = new SlowProvider();
      const second = SessionModule.forRoot({
        ...options,
        sessionProvider: quick,
        cookie: { name: 'admin' },
        isGlobal: false,
      });
      const session = { sessionProvider: slow };
      await within(platform, { ...shared, session, imports: [second] }, async (app) => {
        const { cookies } = await app.visitor().get('/write');
        expect(cookies.map((line) => line.split('=')[0])).toEqual(['serving_session']);
        expect([slow.commits, quick.commits]).toEqual([1, 0]);
      });
    });

    it('warns when their cookies are the same, and the first one serves', async () => {
      const second = SessionModule.forRoot({ ...options, isGlobal: false });
      await within(platform, { ...shared, imports: [second] }, async (app) => {
        await app.visitor().get('/write');
        expect(app.provider.commits).toBe(1);
        expect(app.log.of('warn')).toEqual([
          expect.stringMatching(/imported twice with the cookie "serving_session"/),
        ]);
      });
    });
  });

  describe('in two apps of one process that share their controllers', () => {
    it('keeps the sessions of each to itself', async () => {
      await within(platform, shared, async (one) => {
        await within(platform, shared, async (other) => {
          const visitor = one.visitor();
          await visitor.get('/write');
          expect((await other.visitor().get('/read', { cookie: visitor.cookie })).body).toEqual({
            user: null,
          });
          expect((await visitor.get('/read')).body).toEqual({ user: 'Ada' });
          expect([one.provider.commits, other.provider.commits]).toEqual([1, 0]);
        });
      });
    });

    it('leaves an app alone that has no SessionModule, as far as it uses none of our decorators', async () => {
      await within(platform, { ...shared, session: { interceptor: 'all' } }, async () => {
        await within(platform, { ...shared, session: null }, async (bare) => {
          expect(await bare.visitor().get('/plain')).toMatchObject({ status: 200, body: 'plain' });
          expect(await bare.visitor().get('/nest')).toMatchObject({
            status: 200,
            body: { type: 'undefined' },
          });
          expect(await bare.visitor().get('/read')).toMatchObject({ status: 500 });
          expect(bare.log.of('error').at(-1)).toContain('outside a request that SessionModule knows');
        });
      });
    });

    it("does not load for an app what another app's `interceptor: all` loads", async () => {
      await within(platform, { ...shared, session: { interceptor: 'all' } }, async () => {
        await within(platform, shared, async (lazy) => {
          const visitor = lazy.visitor();
          await visitor.get('/write');
          const before = lazy.provider.calls;
          await visitor.get('/plain');
          expect(lazy.provider.calls).toBe(before);
        });
      });
    });
  });

  describe('in a test', () => {
    it('takes a plain object of four methods for SessionProvider, and says at boot what that cannot hold', async () => {
      const sessions = new Map<string, SessionValueRecord>();
      const provider = {
        createSession: jest.fn(() => {
          const token = `plain-object-token-${sessions.size}`;
          sessions.set(token, {});
          return token;
        }),
        getSession: jest.fn(async (token: string) => sessions.get(token) ?? null),
        updateSession: jest.fn(async (token: string, values: SessionValueRecord) => {
          const session = sessions.get(token);
          if (session) Object.assign(session, values);
        }),
        invalidateSession: jest.fn(async (token: string) => void sessions.delete(token)),
      };
      const override: AppParts['override'] = (module) =>
        module.overrideProvider(SessionProvider).useValue(provider);
      await within(platform, { ...shared, override }, async (app) => {
        const visitor = app.visitor();
        await visitor.get('/write');
        expect((await visitor.get('/read')).body).toEqual({ user: 'Ada' });
        expect([...sessions.values()]).toEqual([expect.objectContaining({ user: 'Ada' })]);
        expect(provider.createSession).toHaveBeenCalledTimes(1);
        expect(app.provider.calls).toBe(0);
        expect(app.log.of('warn')).toEqual([expect.stringMatching(/^an object has the four methods only\./)]);
      });
    });

    it('takes another CredentialProvider', async () => {
      let made = 0;
      const credentials: CredentialProvider = {
        createSessionToken: () => `a-secret-of-the-test-${(made += 1)}`,
        validateSessionToken: (secret) => secret.startsWith('a-secret-of-the-test-'),
      };
      const override: AppParts['override'] = (module) =>
        module.overrideProvider(CredentialProvider).useValue(credentials);
      await within(platform, { ...shared, override }, async (app) => {
        const visitor = app.visitor();
        await visitor.get('/write');
        expect(visitor.cookie).toMatch(/\.a-secret-of-the-test-1$/);
        expect((await visitor.get('/read')).body).toEqual({ user: 'Ada' });
      });
    });

    it('takes another configuration, and reads no file for it', async () => {
      const plain = await Test.createTestingModule({ imports: [SessionModule.forRoot(options)] }).compile();
      const settings = plain.get<SessionSettings>(SESSION_CONFIG);
      await plain.close();
      const override: AppParts['override'] = (module) =>
        module
          .overrideProvider(SESSION_CONFIG)
          .useValue({ ...settings, cookie: { ...settings.cookie, name: 'overridden' } });
      const session = { configFile: 'there-is-no-such-file.yaml' };
      await within(platform, { ...shared, session, override }, async (app) => {
        const visitor = app.visitor();
        await visitor.get('/write');
        expect(visitor.cookie).toMatch(/^overridden=/);
      });
    });

    it('takes another clock', async () => {
      await within(platform, shared, async (app) => {
        const visitor = app.visitor();
        await visitor.get('/write');
        app.clock.advance(30 * 60_000 - 1);
        expect((await visitor.get('/read')).body).toEqual({ user: 'Ada' });
        app.clock.advance(30 * 60_000);
        expect((await visitor.get('/read')).body).toEqual({ user: null });
      });
    });
  });

  describe('at the end of the app', () => {
    class OwnProvider extends FaultyProvider {
      static latest: OwnProvider;
      readonly history: string[] = [];

      constructor(_config: SessionValueRecord, context: ProviderContext) {
        super(context);
        OwnProvider.latest = this;
      }

      override async create(...stored: Parameters<FaultyProvider['create']>): Promise<CreateOutcome> {
        const outcome = await super.create(...stored);
        this.history.push('committed');
        return outcome;
      }

      override close(): void {
        this.history.push('closed');
      }
    }

    const own = { ...shared, session: { sessionProvider: OwnProvider } };

    it('waits for a commit under way before it closes a provider of its own', async () => {
      const app = await TestApp.start(platform, own);
      const gate = OwnProvider.latest.faults.hold('create');
      const exchange = new Exchange(`${app.url}/write`, { headers: { connection: 'close' } });
      await gate.reached;
      const closing = app.close();
      await turn();
      expect(OwnProvider.latest.history).toEqual([]);
      gate.open();
      expect((await exchange.received).status).toBe(200);
      await closing;
      expect(OwnProvider.latest.history).toEqual(['committed', 'closed']);
    });

    it.each(['a commit', 'a handler'])('waits for %s even when connections are cut', async (what) => {
      pause = new Gate();
      const app = await TestApp.start(platform, { ...own, nest: { forceCloseConnections: true } });
      const gate = OwnProvider.latest.faults.hold('create');
      const exchange = new Exchange(`${app.url}${what === 'a commit' ? '/write' : '/slow'}`);
      await (what === 'a commit' ? gate.reached : pause.reached);
      const closing = app.close();
      await expect(exchange.received).rejects.toThrow('socket hang up');
      expect(OwnProvider.latest.history).toEqual([]);
      pause.open();
      gate.open();
      await closing;
      expect(OwnProvider.latest.history).toEqual(['committed', 'closed']);
    });

    it('waits for a handler that uses the session of a second module', async () => {
      class AdminSession extends Session {}

      @Controller('admin')
      class AdminController {
        constructor(@Inject(AdminSession) private readonly admin: AdminSession) {}

        @Get()
        @UseSession()
        async slow(): Promise<void> {
          await pause.pass();
          this.admin.set('slow', true);
        }
      }

      const second = SessionModule.forRoot({
        ...options,
        sessionProvider: OwnProvider,
        sessionType: AdminSession,
        cookie: { name: 'admin' },
        isGlobal: false,
      });

      @Module({ imports: [second], controllers: [AdminController] })
      class AdminModule {}

      pause = new Gate();
      const app = await TestApp.start(platform, {
        imports: [AdminModule],
        nest: { forceCloseConnections: true },
      });
      const exchange = new Exchange(`${app.url}/admin`);
      await pause.reached;
      const closing = app.close();
      await expect(exchange.received).rejects.toThrow('socket hang up');
      pause.open();
      await closing;
      expect(OwnProvider.latest.history).toEqual(['committed', 'closed']);
    });

    it('leaves a provider open that the app or a test passed in', async () => {
      const passedIn = new FaultyProvider();
      await within(platform, { ...shared, session: { sessionProvider: passedIn } }, async () => undefined);
      const overriding = new FaultyProvider();
      const override: AppParts['override'] = (module) =>
        module.overrideProvider(SessionProvider).useValue(overriding);
      await within(
        platform,
        { ...shared, session: { sessionProvider: FaultyProvider }, override },
        async () => undefined,
      );
      expect([passedIn.closed, overriding.closed]).toEqual([0, 0]);
    });

    it('may be closed twice', async () => {
      const app = await TestApp.start(platform, own);
      await app.close();
      await expect(app.close()).resolves.toBeUndefined();
    });
  });
});

describe('an application context', () => {
  @Injectable()
  class Job {
    constructor(readonly session: Session) {}
  }

  it('has the module without a server; its session says that there is no request', async () => {
    @Module({ imports: [SessionModule.forRoot({ directory: import.meta.dirname })], providers: [Job] })
    class JobModule {}

    const context = await NestFactory.createApplicationContext(JobModule, {
      logger: false,
      abortOnError: false,
    });
    expect(() => context.get(Job).session.size).toThrow(expect.objectContaining({ code: 'NO_REQUEST' }));
    await context.close();
  });
});

describe('HTTP/2 on Fastify', () => {
  it('serves sessions as HTTP/1 does', async () => {
    const adapter = () => new FastifyAdapter({ http2: true } as object);
    await within(adapter, shared, async (app) => {
      const client = connectHttp2(app.url);
      const ask = (path: string, cookie: string) =>
        new Promise<{ body: string; cookie: string }>((resolve, reject) => {
          let body = '';
          let cookies: string[] = [];
          client
            .request({ ':path': path, cookie })
            .on('response', (headers) => (cookies = headers['set-cookie'] ?? []))
            .on('data', (chunk: Buffer) => (body += chunk.toString()))
            .on('end', () => resolve({ body, cookie: cookies[0]?.split(';')[0] ?? '' }))
            .on('error', reject)
            .end();
        });
      const { cookie } = await ask('/write', '');
      expect(app.stored(cookie)).toEqual({ user: 'Ada' });
      expect(JSON.parse((await ask('/read', cookie)).body)).toEqual({ user: 'Ada' });
      expect((await ask('/stream', cookie)).body).toBe('one two');
      expect(app.stored(cookie)).toEqual({ user: 'Grace' });
      client.close();
    });
  });
});
