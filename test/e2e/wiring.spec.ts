import type { IncomingMessage } from 'node:http';
import {
  type ArgumentMetadata,
  type CanActivate,
  Controller,
  DefaultValuePipe,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  Param,
  ParseBoolPipe,
  ParseIntPipe,
  type PipeTransform,
  Post,
  Req,
  Body,
  Scope,
  Session as NestSession,
  UseGuards,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionParam, SkipSession, UseSession } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';

type Bearer = IncomingMessage & { session: Session };
type Next = (error?: unknown) => void;

/** A second session of the same visitor, in a cookie of its own. */
class AdminSession extends Session {
  static override readonly cookieName = 'admin_session';

  get isAdmin(): boolean {
    return this.get('admin', false);
  }
}

/** Another class for the same session. */
class PoliteSession extends Session {
  get greeting(): string {
    return `Hello, ${String(this.get('user', 'stranger'))}`;
  }
}

@Injectable()
class InjectingGuard implements CanActivate {
  constructor(private readonly session: Session) {}

  async canActivate(): Promise<boolean> {
    await this.session.load();
    return this.session.has('user');
  }
}

@Injectable()
class PropertyGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { session } = context.switchToHttp().getRequest<Bearer>();
    return (await session.load()).has('user');
  }
}

@Injectable()
class HastyGuard implements CanActivate {
  constructor(private readonly session: Session) {}

  canActivate(): boolean {
    return this.session.has('user');
  }
}

@Injectable()
class Singleton {
  constructor(private readonly session: Session) {}

  get user(): unknown {
    return this.session.get('user', null);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  readonly user: unknown;

  constructor(@Inject(Session) private readonly session: Session) {}

  read(): unknown {
    return this.session.get('user', null);
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  constructor(private readonly session: Session) {}

  read(): unknown {
    return this.session.get('user', null);
  }
}

/** What a pipe of the app is told about a parameter. */
const piped: ArgumentMetadata[] = [];

@Injectable()
class RecordingPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type === 'custom') piped.push(metadata);
    return value;
  }
}

@Controller()
class ValueController {
  @Post('values')
  fill(@CurrentSession() session: Session, @Body() values: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(values)) session.set(key, value);
  }

  @Get('named')
  named(@SessionParam() colour: string = 'blue'): object {
    return { colour };
  }

  @Get('keyed')
  keyed(@SessionParam('colour') value: string = 'blue'): object {
    return { value };
  }

  @Get('path')
  path(@SessionParam('flags.beta') beta: boolean = false): object {
    return { beta };
  }

  @Get('option-key')
  optionKey(@SessionParam({ key: 'colour', default: 'blue' }) value: string): object {
    return { value };
  }

  @Get('option-default')
  optionDefault(@SessionParam({ default: ['empty'] }) cart: string[]): object {
    const seen = [...cart];
    cart.push('mutated');
    return { seen };
  }

  @Get('option-function')
  optionFunction(@SessionParam({ key: 'stamp', default: () => 'made anew' }) stamp: string): object {
    return { stamp };
  }

  @Get('no-default')
  noDefault(@SessionParam('colour') value: unknown): object {
    return { missing: value === undefined, value };
  }

  @Get('pipes')
  pipes(@SessionParam('page', new DefaultValuePipe(1), ParseIntPipe) page: number): object {
    return { page };
  }

  @Get('named-pipe')
  namedPipe(@SessionParam(ParseBoolPipe) agreed: boolean): object {
    return { agreed };
  }
}

@Controller()
class AccessController {
  constructor(
    private readonly singleton: Singleton,
    private readonly transient: Transient,
  ) {}

  @Get('guarded')
  @UseGuards(InjectingGuard)
  guarded(): string {
    return 'let in';
  }

  @Get('guarded-property')
  @UseGuards(PropertyGuard)
  guardedProperty(): string {
    return 'let in';
  }

  @Get('guarded-hasty')
  @UseGuards(HastyGuard)
  guardedHasty(): string {
    return 'let in';
  }

  @Get('used')
  @UseSession()
  used(): unknown[] {
    return [this.singleton.user, this.transient.read()];
  }

  @Get('unused')
  unused(): unknown {
    return this.singleton.user;
  }

  @Get('nest')
  nest(@NestSession() session: Session, @Req() request: Bearer): object {
    return { user: session.get('user', null), same: session === request.session };
  }

  @Get('nest-key')
  nestKey(@NestSession() session: Session, @CurrentSession() current: Session): boolean {
    return session === current;
  }

  @Get('two')
  async two(): Promise<object> {
    const [own, admin] = [await Session.loadSession(), await AdminSession.loadSession()];
    return { own: own.toObject(), admin: admin.toObject(), isAdmin: admin.isAdmin };
  }

  @Get('two/:value')
  async setTwo(@Param('value') value: string): Promise<void> {
    (await Session.loadSession()).set('user', value);
    (await AdminSession.loadSession()).set('admin', true);
  }

  @Get('polite')
  async polite(): Promise<string> {
    return (await PoliteSession.loadSession()).greeting;
  }

  @Get('traces')
  traces(@CurrentSession() session: Session): unknown {
    return session.get('trace');
  }
}

@Controller('class')
@UseSession()
class ClassController {
  constructor(private readonly perRequest: PerRequest) {}

  @Get('used')
  used(): unknown {
    return this.perRequest.read();
  }
}

@Injectable()
class TracingMiddleware implements NestMiddleware {
  constructor(private readonly session: Session) {}

  async use(request: Bearer, _: unknown, next: Next): Promise<void> {
    const mine = await request.session.load();
    mine.set('trace', [...((mine.get('trace') as string[] | undefined) ?? []), 'module']);
    this.session.set('injected', true);
    next();
  }
}

@Module({
  controllers: [ValueController, AccessController, ClassController],
  providers: [Singleton, PerRequest, Transient, InjectingGuard, HastyGuard],
})
class FeatureModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TracingMiddleware).forRoutes('traces');
  }
}

function traceInMain(request: Bearer, _: unknown, next: Next): void {
  if (request.url !== '/traces') return next();
  void request.session.load().then((session) => (session.set('trace', ['main']), next()), next);
}

function takeProperty(request: Bearer, _: unknown, next: Next): void {
  if (request.url === '/taken') request.session = {} as Session;
  next();
}

describe.each(PLATFORMS)('the session on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, {
      imports: [FeatureModule],
      main: (nest) => void nest.use(traceInMain).use(takeProperty).useGlobalPipes(new RecordingPipe()),
    });
  });

  afterAll(() => app.close());

  async function holding(values: object): Promise<Visitor> {
    const visitor = app.visitor();
    await visitor.post('/values', values);
    return visitor;
  }

  describe('by @SessionParam()', () => {
    it.each([
      ['/named', { colour: 'blue' }, { colour: 'red' }],
      ['/keyed', { value: 'blue' }, { value: 'red' }],
      ['/path', { beta: false }, { beta: true }],
      ['/option-key', { value: 'blue' }, { value: 'red' }],
      ['/option-default', { seen: ['empty'] }, { seen: ['egg'] }],
      ['/option-function', { stamp: 'made anew' }, { stamp: 'stored' }],
      ['/no-default', { missing: true }, { missing: false, value: 'red' }],
      ['/pipes', { page: 1 }, { page: 7 }],
    ])('%s gives the default while the key is missing, else the value', async (path, fallback, value) => {
      const stored = { colour: 'red', flags: { beta: true }, cart: ['egg'], stamp: 'stored', page: '7' };
      for (let visit = 0; visit < 2; visit++) {
        expect((await app.visitor().get(path)).body).toEqual(fallback);
        expect((await (await holding(stored)).get(path)).body).toEqual(value);
      }
    });

    it('gives a stored null, false, zero or empty text as it is', async () => {
      for (const value of [null, false, 0, '']) {
        const visitor = await holding({ colour: value, flags: { beta: value } });
        expect((await visitor.get('/named')).body).toEqual({ colour: value });
        expect((await visitor.get('/option-key')).body).toEqual({ value });
        expect((await visitor.get('/path')).body).toEqual({ beta: value });
      }
    });

    it('lets pipes judge: what a pipe refuses is a 400', async () => {
      expect(await (await holding({ page: 'seven' })).get('/pipes')).toMatchObject({ status: 400 });
      expect(await (await holding({ agreed: 'true' })).get('/named-pipe')).toMatchObject({
        body: { agreed: true },
      });
      expect(await app.visitor().get('/named-pipe')).toMatchObject({ status: 400 });
    });

    it("passes through the app's own pipes, which are told its key and type", async () => {
      piped.length = 0;
      await app.visitor().get('/path');
      expect(piped).toEqual([
        expect.objectContaining({ type: 'custom', data: 'flags.beta', metatype: Boolean }),
      ]);
    });
  });

  describe('in a guard', () => {
    it.each(['/guarded', '/guarded-property'])('is there after load(): %s', async (path) => {
      expect(await app.visitor().get(path)).toMatchObject({ status: 403 });
      expect(await (await holding({ user: 'Ada' })).get(path)).toMatchObject({ status: 200, body: 'let in' });
    });

    it('throws NOT_LOADED before, cookie or not, naming the request without its query', async () => {
      for (const visitor of [app.visitor(), await holding({ user: 'Ada' })]) {
        expect(await visitor.get('/guarded-hasty?key=hidden')).toMatchObject({ status: 500 });
        const said = app.log.of('error').at(-1);
        expect(said).toContain('GET /guarded-hasty used the session before it was loaded. Fix: ');
        expect(said).not.toContain('hidden');
      }
    });
  });

  it('is loaded for what a handler or class with @UseSession() calls, in providers of any scope', async () => {
    const visitor = await holding({ user: 'Ada' });
    expect((await visitor.get('/used')).body).toEqual(['Ada', 'Ada']);
    expect((await visitor.get('/class/used')).body).toBe('Ada');
    expect((await visitor.get('/unused')).status).toBe(500);
  });

  it("is one object under @CurrentSession(), Nest's @Session() and request.session", async () => {
    const visitor = await holding({ user: 'Ada' });
    expect((await visitor.get('/nest')).body).toEqual({ user: 'Ada', same: true });
    expect(String((await visitor.get('/nest-key')).body)).toBe('true');
  });

  it('is the same in middleware of main.ts, of a module, and in the handler', async () => {
    const visitor = app.visitor();
    const before = app.provider.commits;
    expect((await visitor.get('/traces')).body).toEqual(['main', 'module']);
    expect(app.stored(visitor.cookie)).toEqual({ trace: ['main', 'module'], injected: true });
    expect(app.provider.commits - before).toBe(1);
  });

  it('has a sister under another cookie name for a subclass that says so', async () => {
    const visitor = app.visitor();
    const { cookies } = await visitor.get('/two/Ada');
    expect(cookies.map((line) => line.split('=')[0])).toEqual(['serving_session', 'admin_session']);
    expect((await visitor.get('/two')).body).toEqual({
      own: { user: 'Ada' },
      admin: { admin: true },
      isAdmin: true,
    });
    const [own = '', admin = ''] = visitor.cookie.split('; ');
    const swapped = `serving_session=${admin.split('=')[1]}; admin_session=${own.split('=')[1]}`;
    expect((await app.visitor().get('/two', { cookie: swapped })).body).toEqual({
      own: {},
      admin: {},
      isAdmin: false,
    });
  });

  it('is read through a subclass without a cookie name of its own', async () => {
    expect((await (await holding({ user: 'Ada' })).get('/polite')).body).toBe('Hello, Ada');
  });

  it('cannot be replaced by another middleware: the error says whose place it is', async () => {
    expect(await app.visitor().get('/taken')).toMatchObject({ status: 500 });
    expect(app.log.of('error').at(-1)).toMatch(/wants to set request\.session, .* Fix: remove the other/);
  });

  it('outside a request throws NO_REQUEST, from any member', async () => {
    const session = app.nest.get(Session);
    expect(() => session.get('user')).toThrow(expect.objectContaining({ code: 'NO_REQUEST' }));
    await expect(session.load()).rejects.toMatchObject({ code: 'NO_REQUEST' });
    await expect(Session.loadSession()).rejects.toMatchObject({ code: 'NO_REQUEST' });
  });
});

@Controller('skipped')
@SkipSession()
class SkippedController {
  constructor(private readonly singleton: Singleton) {}

  @Get()
  skipped(): unknown {
    return this.singleton.user;
  }
}

@Controller('everywhere')
class EverywhereController {
  constructor(private readonly singleton: Singleton) {}

  @Get()
  loaded(): object {
    return { user: this.singleton.user };
  }

  @Get('skipped')
  @SkipSession()
  skipped(): unknown {
    return this.singleton.user;
  }
}

describe.each(PLATFORMS)('interceptor: all, on %s', (_, platform) => {
  it('loads for every handler but those of @SkipSession()', async () => {
    const parts: AppParts = {
      controllers: [EverywhereController, SkippedController],
      providers: [Singleton],
      session: { interceptor: 'all' },
    };
    await TestApp.within(platform, parts, async (app) => {
      expect(await app.visitor().get('/everywhere')).toMatchObject({ status: 200, body: { user: null } });
      expect(await app.visitor().get('/everywhere/skipped')).toMatchObject({ status: 500 });
      expect(await app.visitor().get('/skipped')).toMatchObject({ status: 500 });
    });
  });
});

describe.each(PLATFORMS)('sessionType on %s', (_, platform) => {
  @Controller()
  class PoliteController {
    constructor(
      private readonly injected: PoliteSession,
      private readonly base: Session,
    ) {}

    @Get()
    greet(@CurrentSession() session: PoliteSession): unknown[] {
      session.set('user', 'Ada');
      return [session.greeting, this.injected.greeting, this.base instanceof PoliteSession];
    }
  }

  it('is what handlers get, and can be injected by its own name or as Session', async () => {
    const parts = { controllers: [PoliteController], session: { sessionType: PoliteSession } };
    await TestApp.within(platform, parts, async (app) => {
      expect((await app.visitor().get('/')).body).toEqual(['Hello, Ada', 'Hello, Ada', true]);
    });
  });
});

describe.each(PLATFORMS)('two classes with one cookie name on %s', (_, platform) => {
  @Controller()
  class SameController {
    @Get('write')
    async write(): Promise<unknown> {
      (await AdminSession.loadSession()).set('user', 'Ada');
      return { user: (await Session.loadSession()).get('user') };
    }

    @Get('read')
    read(@CurrentSession() session: Session): object {
      return session.toObject();
    }
  }

  it('are one session, wherever the name comes from', async () => {
    const parts = { controllers: [SameController], session: { cookie: { name: 'admin_session' } } };
    await TestApp.within(platform, parts, async (app) => {
      const visitor = app.visitor();
      const { body, cookies } = await visitor.get('/write');
      expect(body).toEqual({ user: 'Ada' });
      expect(cookies).toHaveLength(1);
      expect((await visitor.get('/read')).body).toEqual({ user: 'Ada' });
    });
  });
});

describe('a Fastify plugin that decorates the request with a session', () => {
  it('is refused at boot, with a way out', async () => {
    const adapter = new FastifyAdapter();
    adapter.getInstance().decorateRequest('session', null as never);
    await expect(TestApp.start(() => adapter, {})).rejects.toMatchObject({ code: 'SESSION_PROPERTY_TAKEN' });
  });
});
