import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, type INestApplication, Query, type Type } from '@nestjs/common';
import type * as Library from 'nestjs-sessions';
import type { Session, SessionModuleOptions } from 'nestjs-sessions';
// @ts-expect-error -- plain JavaScript, shared with the load generator
import { sessionValues } from '../session-values.mjs';
import { type AppOrder, startApp } from './start-app.js';

const SECRET = 'a secret for benches, long enough for all of them';
let logins = 0;

type AnySession = Session<Record<string, unknown>>;

/** The build that is measured is known only when the app starts. */
function controllerWith({ CurrentSession }: typeof Library): Type {
  @Controller()
  class SessionController {
    @Get('plain')
    plain(): object {
      return { count: 0 };
    }

    @Get('read')
    read(@CurrentSession() session: AnySession): object {
      return { count: session.get('count', 0) };
    }

    @Get('write')
    write(@CurrentSession() session: AnySession): object {
      const count = Number(session.get('count')) + 1;
      session.set('count', count);
      return { count };
    }

    @Get('mutate')
    mutate(@CurrentSession() session: AnySession): object {
      const user = session.get('user') as { visits: number };
      user.visits += 1;
      return { count: user.visits };
    }

    @Get('login')
    async login(@CurrentSession() session: AnySession): Promise<object> {
      await session.login(`user ${(logins += 1)}`);
      return { count: 0 };
    }

    @Get('seed')
    seed(@CurrentSession() session: AnySession, @Query('bytes') bytes: string): object {
      for (const [key, value] of Object.entries(sessionValues(Number(bytes)))) session.set(key, value);
      return { count: 0 };
    }
  }
  return SessionController;
}

const CLASSES = {
  sqlite: 'SqliteSessionProvider',
  redis: 'RedisSessionProvider',
  postgres: 'PostgresSessionProvider',
} as const;

type Stored = keyof typeof CLASSES;

/** Those that cache have sessions of their own: the others would have to tell them of each write. */
const configOf = (store: Stored, url: string, cached: boolean): Record<string, unknown> =>
  ({
    sqlite: { file: join(mkdtempSync(join(tmpdir(), 'bench-')), 'sessions.db') },
    redis: cached ? { url, cached, prefix: 'cached:' } : { url },
    postgres: { connectionString: url, migrate: true },
  })[store];

/** The default provider, or one of this build. */
async function provided({ store, url, lib, cached }: AppOrder): Promise<SessionModuleOptions> {
  if (!(store in CLASSES)) return {};
  const module = (await import(`${lib}/providers/${store}/index.js`)) as Record<string, never>;
  return {
    sessionProvider: module[CLASSES[store as Stored]],
    config: configOf(store as Stored, url, cached),
  };
}

interface Caching {
  readonly cacheUsage: { readonly serving: boolean };
}

/** A process caches nothing for the first seconds. */
async function untilCached(nest: INestApplication, { SessionProvider }: typeof Library): Promise<void> {
  await nest.init();
  const provider = nest.get<unknown>(SessionProvider, { strict: false }) as Caching;
  while (!provider.cacheUsage.serving) await delay(100);
}

export async function start(order: AppOrder): Promise<number> {
  const library = (await import(`${order.lib}/index.js`)) as typeof Library;
  const signed = { credentialProvider: 'serving.auth:HMACCredentialProvider', config: { secret: SECRET } };
  const options: SessionModuleOptions = {
    ...(await provided(order)),
    directory: import.meta.dirname,
    limits: { size: '64KiB' },
    ...(order.hmac ? { auth: signed } : {}),
  };
  return startApp(order.platform, {
    controller: controllerWith(library),
    imports: [library.SessionModule.forRoot(options)],
    ...(order.cached && { main: (nest) => untilCached(nest, library) }),
  });
}
