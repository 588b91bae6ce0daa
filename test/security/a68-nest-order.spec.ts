import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ArgumentsHost,
  BadRequestException,
  type CanActivate,
  Catch,
  ConflictException,
  Controller,
  type ExceptionFilter,
  Get,
  Injectable,
  type NestInterceptor,
  Options,
  type PipeTransform,
  Post,
  Query,
  Res,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { tap } from 'rxjs';
import { Session, UseSession } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

type Bearer = IncomingMessage & { session: Session };

interface AnyResponse {
  status(code: number): { send(body: string): unknown };
}

/** The steps of a request, in Nest's order; each of them leaves its name in the session. */
const STEPS = ['middleware', 'guard', 'before', 'pipe', 'handler', 'after', 'filter'] as const;

type Step = (typeof STEPS)[number];

const leave = (session: Session, step: Step): Session => session.set(step, true);

@Injectable()
class LeavingGuard implements CanActivate {
  constructor(private readonly session: Session) {}

  async canActivate(context: { getHandler(): { name: string } }): Promise<boolean> {
    leave(await this.session.load(), 'guard');
    return context.getHandler().name !== 'rejected';
  }
}

@Injectable()
class LeavingInterceptor implements NestInterceptor {
  constructor(private readonly session: Session) {}

  async intercept(...[, next]: Parameters<NestInterceptor['intercept']>) {
    leave(await this.session.load(), 'before');
    return next.handle().pipe(tap(() => leave(this.session, 'after')));
  }
}

@Injectable()
class LeavingPipe implements PipeTransform {
  constructor(private readonly session: Session) {}

  transform(value: unknown): unknown {
    leave(this.session, 'pipe');
    if (value === 'bad') throw new BadRequestException();
    return value;
  }
}

@Catch(ConflictException)
class LeavingFilter implements ExceptionFilter {
  catch(_: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    leave(http.getRequest<Bearer>().session, 'filter');
    http.getResponse<AnyResponse>().status(409).send('by the filter');
  }
}

@Controller()
@UseSession()
@UseGuards(LeavingGuard)
@UseInterceptors(LeavingInterceptor)
@UseFilters(LeavingFilter)
class Walk {
  constructor(private readonly session: Session) {}

  @Get('value')
  value(@Query('q', LeavingPipe) q: string): string {
    leave(this.session, 'handler');
    return `a value ${q}`;
  }

  @Post('value')
  posted(@Query('q', LeavingPipe) q: string): string {
    return this.value(q);
  }

  @Options('value')
  options(@Query('q', LeavingPipe) q: string): string {
    return this.value(q);
  }

  @Get('rejected')
  rejected(): void {}

  @Get('thrown')
  thrown(@Query('q', LeavingPipe) q: string): never {
    leave(this.session, 'handler');
    throw new BadRequestException(q);
  }

  @Get('filtered')
  filtered(@Query('q', LeavingPipe) q: string): never {
    leave(this.session, 'handler');
    throw new ConflictException(q);
  }

  @Get('by-hand')
  byHand(@Res() response: AnyResponse, @Query('q', LeavingPipe) q: string): void {
    leave(this.session, 'handler');
    response.status(200).send(`by hand ${q}`);
  }

  @Get('by-hand-later')
  byHandLater(@Res() response: AnyResponse, @Query('q', LeavingPipe) q: string): void {
    void delay(1).then(() => {
      leave(this.session, 'handler');
      response.status(200).send(`by hand ${q}`);
    });
  }
}

function leaveInMain({ session }: Bearer, _: unknown, next: (error?: unknown) => void): void {
  void session.load().then((loaded) => (leave(loaded, 'middleware'), next()), next);
}

const whole = ['middleware', 'guard', 'before', 'pipe', 'handler', 'after'];

/** Where a request may end, with what, and whose names are in the session then. */
const ENDS: readonly (readonly [string, path: string, status: number, steps: readonly string[]])[] = [
  ['GET', '/value', 200, whole],
  ['HEAD', '/value', 200, whole],
  ['POST', '/value', 201, whole],
  ['OPTIONS', '/value', 200, whole],
  ['GET', '/rejected', 403, ['middleware', 'guard']],
  ['GET', '/value?q=bad', 400, ['middleware', 'guard', 'before', 'pipe']],
  ['GET', '/thrown', 400, ['middleware', 'guard', 'before', 'pipe', 'handler']],
  ['GET', '/filtered', 409, ['middleware', 'guard', 'before', 'pipe', 'handler', 'filter']],
  ['GET', '/by-hand', 200, whole],
  ['GET', '/by-hand-later', 200, whole],
  ['GET', '/nowhere', 404, ['middleware']],
  ['HEAD', '/nowhere', 404, ['middleware']],
  ['DELETE', '/value', 404, ['middleware']],
];

/** Answers how a request ended, and which steps are in the store under the cookie that came with it. */
const walk = (method: string, path: string) => async (app: TestApp) => {
  const visitor = app.visitor();
  const { status } = await visitor.send(method, path);
  const stored = app.stored(visitor.cookie) ?? {};
  return { status, steps: Object.keys(stored).sort(), errors: app.log.of('error') };
};

const partsWith = (
  prepare: (nest: { use(handler: unknown): unknown }) => unknown = () => undefined,
): AppParts => ({
  controllers: [Walk],
  providers: [LeavingGuard, LeavingInterceptor, LeavingPipe],
  main: (nest) => {
    prepare(nest);
    nest.use(leaveInMain);
  },
});

describe.each(PLATFORMS)('A68 a request on %s', (_, platform) => {
  it.each(ENDS)(
    '%s %s ends with %d, and what each step left is saved',
    async (method, path, status, steps) => {
      const outcome = await attacked(platform, partsWith(), walk(method, path));
      expect(outcome).toEqual({ status, steps: steps.toSorted(), errors: [] });
    },
  );
});

describe.each(PLATFORMS)('A68 on %s, unprotected', (_, platform) => {
  /** Keeps the gate off the response, so that only the interceptor saves, as in most libraries for Nest. */
  const withoutGate = (nest: { use(handler: unknown): unknown }): void => {
    nest.use((__: unknown, response: ServerResponse, next: () => void) => {
      for (const name of ['writeHead', 'write', 'end', 'flushHeaders'] as const) {
        const own: unknown = response[name];
        Object.defineProperty(response, name, { get: () => own, set: () => {} });
      }
      next();
    });
  };

  const unsaved = ENDS.filter(([method, path]) => method !== 'OPTIONS' && !path.endsWith('/value'));

  it.each(unsaved)('%s %s ends with %d, and nothing is saved', async (method, path, status) => {
    const outcome = await attacked(platform, partsWith(withoutGate), walk(method, path));
    expect(outcome).toMatchObject({ status, steps: [] });
  });
});
