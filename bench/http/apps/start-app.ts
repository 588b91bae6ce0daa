import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export type Platform = 'express' | 'fastify';

/** What an app is told by whoever starts it. */
export interface AppOrder {
  readonly platform: Platform;
  readonly store: 'none' | 'scope' | 'interceptor' | 'memory' | 'sqlite' | 'redis' | 'postgres' | 'cookie';
  /** Of the server that the store is on; empty where it needs none. */
  readonly url: string;
  /** Whether tokens are signed, where that is a choice. */
  readonly hmac: boolean;
  /** Whether the store is behind a near-cache, where that is a choice. */
  readonly cached: boolean;
  /** The folder of the compiled library, as a URL; empty for the peers. */
  readonly lib: string;
}

interface AppParts {
  readonly controller: Type;
  readonly imports?: readonly DynamicModule[];
  readonly main?: (nest: INestApplication) => void | Promise<void>;
}

class AppModule {}

/** Starts an app with one controller on a free port. Answers its port. */
export async function startApp(
  platform: Platform,
  { controller, imports = [], main }: AppParts,
): Promise<number> {
  const module = { module: AppModule, controllers: [controller], imports: [...imports] };
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const nest = await NestFactory.create(module, adapter, { logger: ['error'] });
  await main?.(nest);
  await nest.listen(0, '127.0.0.1');
  return (nest.getHttpServer() as { address(): { port: number } }).address().port;
}
