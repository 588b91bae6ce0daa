import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** What an app runs on. */
export type Platform = () => AbstractHttpAdapter;

/** Each platform that Nest has, for `describe.each`. */
export const PLATFORMS: readonly (readonly [name: string, platform: Platform])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

/** An app that listens on a free port of this machine. */
export class RunningApp {
  private constructor(
    readonly nest: INestApplication,
    readonly url: string,
  ) {}

  /**
   * Boots as `main.ts` does; an error at boot is thrown and not logged.
   *
   * @param main what `main.ts` does between creation and listening.
   */
  static async start(
    root: Type | DynamicModule,
    platform: Platform = () => new ExpressAdapter(),
    main: (nest: INestApplication) => void = () => undefined,
  ): Promise<RunningApp> {
    const nest = await NestFactory.create(root, platform(), { logger: false, abortOnError: false });
    main(nest);
    await nest.listen(0, '127.0.0.1');
    return new RunningApp(nest, await nest.getUrl());
  }

  close(): Promise<void> {
    return this.nest.close();
  }
}
