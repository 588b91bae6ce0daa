import { describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  HttpCode,
  Post,
  Res,
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

type Written = (error?: Error) => void;
type RawResponse = Record<'write' | 'end', (chunk: string, written: Written) => void>;

/** What became of each part of an answer that a handler wrote by itself. */
const told: string[] = [];

@Controller()
class OptimistController {
  @Post('parts')
  async parts(
    @CurrentSession() session: Session,
    @Res() response: RawResponse & { raw?: RawResponse },
  ): Promise<void> {
    session.set('paid', true);
    const raw = response.raw ?? response;
    for (const method of ['write', 'end'] as const) {
      await new Promise<void>((resolve) =>
        raw[method](method, (error) => {
          told.push(error ? 'dropped' : 'sent');
          resolve();
        }),
      );
    }
  }

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

  it('is told to a handler that waits for each part of its answer', async () => {
    await TestApp.within(platform, { controllers: [OptimistController] }, async (app) => {
      app.provider.faults.every('create', 'fail-before');
      told.length = 0;
      expect((await app.visitor().post('/parts')).status).toBe(503);
      await app.close();
      expect(told).toEqual(['dropped', 'dropped']);
    });
  });
});
