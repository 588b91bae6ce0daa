import { describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  HttpCode,
  Post,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { catchError, of } from 'rxjs';
import { CurrentSession, Session } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';

const swallowing = {
  intercept: (_context: unknown, next: { handle(): ReturnType<typeof of> }) =>
    next.handle().pipe(catchError(() => of({ ok: true }))),
};

@Catch()
class CheerfulFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(_error: unknown, context: ArgumentsHost): void {
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), { ok: true }, 200);
  }
}

@Controller()
class OptimistController {
  @Post('interceptor')
  @HttpCode(200)
  @UseInterceptors(swallowing)
  interceptor(@CurrentSession() session: Session): object {
    session.set('paid', true);
    return { ok: true };
  }

  @Post('filter')
  @HttpCode(200)
  @UseFilters(CheerfulFilter)
  filter(@CurrentSession() session: Session): object {
    session.set('paid', true);
    return { ok: true };
  }
}

describe.each(PLATFORMS)('a commit that failed, hidden by the app, on %s', (_name, platform) => {
  it.each(['interceptor', 'filter'])('is no success for the client: by a %s (H2)', async (path) => {
    await TestApp.within(platform, { controllers: [OptimistController] }, async (app) => {
      app.provider.faults.every('create', 'fail-before');
      const refused = await app.visitor().post(`/${path}`);
      expect(refused.status).toBe(503);
      expect(refused.cookies).toEqual([]);
    });
  });
});
