import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CurrentSession, Session, SessionModule } from '../../lib/index.js';

type Seen = { seen?: boolean; readonly session?: unknown };
type Next = () => void;

/** Whether a middleware finds the session on the raw request, and around itself. */
const look = async (req: Seen, _res: unknown, next: Next): Promise<void> => {
  req.seen = req.session === undefined ? false : (await Session.loadSession()).size === 0;
  next();
};

@Controller()
class SeenController {
  @Get('seen')
  seen(@CurrentSession() session: Session): object {
    return { loaded: session.size === 0 };
  }
}

@Module({
  imports: [SessionModule.forRoot({ directory: import.meta.dirname })],
  controllers: [SeenController],
})
class AppModule {}

type Raw = { readonly raw: Seen };

async function answered(path: string, prepare: (app: NestFastifyApplication) => unknown): Promise<unknown> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  try {
    const instance = app.getHttpAdapter().getInstance();
    instance.addHook('preHandler', async (request, reply) => {
      const { seen, session } = (request as unknown as Raw).raw;
      reply.header('x-seen', String(session !== undefined && seen));
    });
    await prepare(app);
    await app.listen(0, '127.0.0.1');
    return (await fetch(`${await app.getUrl()}${path}`)).headers.get('x-seen');
  } finally {
    await app.close();
  }
}

interface Context {
  use(...args: unknown[]): unknown;
  get(path: string, handler: () => Promise<object>): unknown;
}

const plugin =
  (...middleware: unknown[]) =>
  async (context: unknown): Promise<void> => {
    const { use, get } = context as Context;
    if (middleware.length > 0) use.apply(context, middleware);
    get.call(context, '/plugged', async () => ({}));
  };

describe('middleware on Fastify, in an app that stands on NestFactory', () => {
  it.each<[string, string, (app: NestFastifyApplication) => unknown]>([
    ['of main.ts', '/seen', (app) => app.use(look)],
    ['of main.ts with a path', '/seen', (app) => app.use('/seen', look)],
    [
      'of main.ts, behind another',
      '/seen',
      (app) => app.use((_q: unknown, _s: unknown, next: Next) => next()).use(look),
    ],
    ['of a plugin', '/plugged', (app) => app.register(plugin(look) as never)],
    [
      'of main.ts, for the routes of a plugin',
      '/plugged',
      (app) => app.use(look).register(plugin() as never),
    ],
  ])('%s sees the session', async (_, path, prepare) => {
    expect(await answered(path, prepare)).toBe('true');
  });

  it('is not needed for a session', async () => {
    expect(await answered('/seen', () => undefined)).toBe('undefined');
  });
});
