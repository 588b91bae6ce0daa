import { describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  Param,
  ParseIntPipe,
  type PipeTransform,
  Query,
  Res,
  Session as NestSession,
  SetMetadata,
  Sse,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { from, type Observable, of, throwError } from 'rxjs';
import { CurrentSession, EndsWithSession, Session, SessionParam, UseSession } from '../../lib/index.js';
import { commitsByItself } from '../../lib/nest/committing-handler.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';

@Injectable()
class OtherInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}

@Injectable()
class OwnPipe implements PipeTransform {
  transform(value: unknown): unknown {
    return value;
  }
}

/** Every handler that may commit by itself, and what it answers. */
@Controller('plain')
class Plain {
  @Get('current')
  @SetMetadata('role', 'reader')
  current(@CurrentSession() session: Session): object {
    session.set('by', 'current');
    return { by: session.get('by', null) };
  }

  @Get('parameter')
  parameter(@SessionParam('by') by: string = 'nobody'): object {
    return { by };
  }

  @Get('piped/:id')
  piped(@Param('id', ParseIntPipe) id: number, @CurrentSession() session: Session): object {
    session.set('by', id);
    return { by: id };
  }

  @Get('promise')
  async promise(@CurrentSession() session: Session): Promise<object> {
    await Promise.resolve();
    session.set('by', 'promise');
    return { by: 'promise' };
  }

  @Get('observable')
  observable(@CurrentSession() session: Session): Observable<object> {
    session.set('by', 'observable');
    return of({ by: 'observable' });
  }

  @Get('promised-observable')
  async promisedObservable(@CurrentSession() session: Session): Promise<Observable<object>> {
    await Promise.resolve();
    session.set('by', 'promised observable');
    return from([{ by: 'promised observable' }]);
  }

  @Get('outer')
  async outer(@CurrentSession() session: Session): Promise<object> {
    session.set('first', 1);
    const inner = await this.promise(session);
    session.set('last', 1);
    return inner;
  }

  @Get('throws')
  throws(@CurrentSession() session: Session): object {
    session.set('by', 'a failure');
    throw new Error('Out of paper.');
  }

  @Get('rejects')
  async rejects(@CurrentSession() session: Session): Promise<object> {
    session.set('by', 'a failure');
    return Promise.reject(new Error('Out of paper.'));
  }

  @Get('errs')
  errs(@CurrentSession() session: Session): Observable<object> {
    session.set('by', 'a failure');
    return throwError(() => new Error('Out of paper.'));
  }
}

const PLAIN = [
  'current',
  'parameter',
  'piped',
  'promise',
  'observable',
  'promisedObservable',
  'outer',
  'throws',
  'rejects',
  'errs',
];

/** Every kind of handler that needs the interceptor. */
@Controller('intercepted')
class Intercepted {
  @Get('own')
  @UseInterceptors(OtherInterceptor)
  ownInterceptor(@CurrentSession() session: Session): object {
    return { by: session.get('by', null) };
  }

  @Get('pipe')
  @UsePipes(OwnPipe)
  ownPipe(@CurrentSession() session: Session): object {
    return { by: session.get('by', null) };
  }

  @Get('pipe-of-parameter')
  pipeOfParameter(@Query(new OwnPipe()) _query: unknown, @CurrentSession() session: Session): object {
    return { by: session.get('by', null) };
  }

  @Get('response')
  response(@CurrentSession() session: Session, @Res() res: { send(body: object): void }): void {
    res.send({ by: session.get('by', null) });
  }

  @Sse('stream')
  stream(@CurrentSession() session: Session): Observable<{ data: object }> {
    return of({ data: { by: session.get('by', null) } });
  }

  @Get('poll')
  @EndsWithSession()
  poll(@CurrentSession() session: Session): object {
    return { by: session.get('by', null) };
  }

  @Get('of-nest')
  ofNest(@NestSession() session: Session, @SessionParam('by') by: string | null = null): object {
    return { by, same: session.get('by', null) };
  }

  @Get('service')
  @UseSession()
  service(): object {
    return {};
  }
}

const INTERCEPTED = [
  'ownInterceptor',
  'ownPipe',
  'pipeOfParameter',
  'response',
  'stream',
  'poll',
  'ofNest',
  'service',
];

/** Its handlers are inherited by a class that is served. */
class Base {
  @Get('inherited')
  inherited(@CurrentSession() session: Session): object {
    return { by: session.get('by', null) };
  }
}

@Controller('heir')
class Heir extends Base {}

/** What it inherits is plain where it comes from, and not here. */
@Controller('polled')
@EndsWithSession()
class Polled extends Plain {}

const handlerOf = (type: { readonly prototype: object }, method: string): NewableFunction =>
  Reflect.get(type.prototype, method) as NewableFunction;

const controllers = [Plain, Intercepted, Heir, Polled];

const pathOf = (method: string): string =>
  `/plain/${method === 'piped' ? 'piped/7' : method.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

describe.each(PLATFORMS)('a handler that needs no interceptor, on %s,', (_, platform) => {
  it('commits by itself; whatever may look at the session before its parameters keeps the interceptor', () =>
    TestApp.within(platform, { controllers }, async () => {
      const committing = (type: { readonly prototype: object }, methods: readonly string[]): string[] =>
        methods.filter((method) => commitsByItself(handlerOf(type, method)));
      const bound = (type: { readonly prototype: object }, method: string): unknown =>
        Reflect.getMetadata(INTERCEPTORS_METADATA, handlerOf(type, method));
      expect(committing(Plain, PLAIN)).toEqual(PLAIN);
      expect(PLAIN.map((method) => bound(Plain, method)).filter(Boolean)).toEqual([]);
      expect(committing(Intercepted, INTERCEPTED)).toEqual([]);
      expect(INTERCEPTED.filter((method) => !bound(Intercepted, method))).toEqual([]);
      expect(committing(Polled, PLAIN)).toEqual([]);
      expect([committing(Heir, ['inherited']), committing(Base, ['inherited'])]).toEqual([['inherited'], []]);
    }));

  it('keeps its name and what was said of it, and is just a method for whoever calls it', () =>
    TestApp.within(platform, { controllers }, async () => {
      const { current } = Plain.prototype;
      expect([current.name, current.length, Reflect.getMetadata('role', current)]).toEqual([
        'current',
        1,
        'reader',
      ]);
      const session = new Map() as unknown as Session;
      expect(new Plain().current(session)).toEqual({ by: 'current' });
    }));

  it.each(PLAIN.filter((method) => !['parameter', 'throws', 'rejects', 'errs'].includes(method)))(
    '%s: answers what it answers, and what it changed is stored with one commit',
    (method) =>
      TestApp.within(platform, { controllers }, async (app) => {
        const visitor = app.visitor();
        await visitor.get('/plain/current');
        const before = app.store.calls.replace;
        const answer = await visitor.get(pathOf(method));
        const { by } = answer.body as { by: unknown };
        expect([answer.status, app.stored(visitor.cookie)?.['by'], app.store.calls.replace - before]).toEqual(
          [200, by, method === 'current' ? 0 : 1],
        );
      }),
  );

  it.each(['throws', 'rejects', 'errs'])('%s: stores nothing', (method) =>
    TestApp.within(platform, { controllers }, async (app) => {
      const visitor = app.visitor();
      await visitor.get('/plain/current');
      const answer = await visitor.get(pathOf(method));
      expect([answer.status, app.stored(visitor.cookie)]).toEqual([500, { by: 'current' }]);
    }),
  );

  it('is served as before in a second app of the same process', () =>
    TestApp.within(platform, { controllers }, () =>
      TestApp.within(platform, { controllers }, async (app) => {
        const visitor = app.visitor();
        const answers = [await visitor.get('/plain/promise'), await visitor.get('/plain/parameter')];
        expect(answers.map(({ body }) => body)).toEqual([{ by: 'promise' }, { by: 'promise' }]);
      }),
    ));
});
