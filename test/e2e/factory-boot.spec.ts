import { describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CurrentSession, Session, SessionModule } from '../../lib/index.js';

type Next = () => void;

class CountingMiddleware implements NestMiddleware {
  async use(request: { session: Session }, _response: unknown, next: Next): Promise<void> {
    const session = await request.session.load();
    session.set('seen', [...session.get('seen', []), 'class']);
    next();
  }
}

/** What another library's method decorator does: it puts a function of its own in the handler's place. */
const Wrapped = (): MethodDecorator => (_target, _key, descriptor) => {
  const original = descriptor.value as unknown as (...args: unknown[]) => unknown;
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    return original.apply(this, args);
  };
  for (const key of Reflect.getMetadataKeys(original) as string[]) {
    if (!key.includes('interceptors')) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
    }
  }
  descriptor.value = wrapper as never;
};

@Controller()
class SeenController {
  @Get('seen')
  seen(@CurrentSession() session: Session): unknown {
    return session.get('seen', []);
  }

  @Wrapped()
  @Get('wrapped')
  wrapped(@CurrentSession() session: Session): unknown {
    return session.get('seen', []);
  }
}

@Module({
  imports: [SessionModule.forRoot({ directory: import.meta.dirname })],
  controllers: [SeenController],
})
class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(CountingMiddleware).forRoutes('seen');
  }
}

/** As main.ts does it: by `NestFactory`, where the platform is there before the providers are. */
async function booted(platform: string): Promise<INestApplication> {
  const quiet = { logger: false } as const;
  const app: INestApplication =
    platform === 'Fastify'
      ? await NestFactory.create(AppModule, new FastifyAdapter(), quiet)
      : await NestFactory.create(AppModule, new ExpressAdapter(), quiet);
  app.use(async (request: { session: Session }, _response: unknown, next: Next) => {
    const session = await Session.loadSession();
    await request.session.load();
    session.set('seen', [...session.get('seen', []), 'main.ts']);
    next();
  });
  return app.listen(0, '127.0.0.1').then(() => app);
}

describe.each(['Express', 'Fastify'])('an app of NestFactory on %s', (platform) => {
  it('has the session in the middleware of main.ts and of a module, and then in the handler', async () => {
    const app = await booted(platform);
    const answer = await fetch(`${await app.getUrl()}/seen`);
    expect(await answer.json()).toEqual(['main.ts', 'class']);
    await app.close();
  });

  it('loads the session for a handler that another decorator wrapped', async () => {
    const app = await booted(platform);
    const answer = await fetch(`${await app.getUrl()}/wrapped`);
    expect([answer.status, await answer.json()]).toEqual([200, ['main.ts']]);
    await app.close();
  });
});
