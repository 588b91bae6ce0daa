import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Query, type Type } from '@nestjs/common';
import type * as Library from 'nestjs-sessions';
import type { Session } from 'nestjs-sessions';
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

const PROVIDERS = {
  memory: () => ({}),
  sqlite: () => ({
    sessionProvider: 'nestjs-sessions/sqlite:SqliteSessionProvider',
    config: { file: join(mkdtempSync(join(tmpdir(), 'bench-')), 'sessions.db') },
  }),
  redis: (url: string) => ({
    sessionProvider: 'nestjs-sessions/redis:RedisSessionProvider',
    config: { url },
  }),
  postgres: (url: string) => ({
    sessionProvider: 'nestjs-sessions/postgres:PostgresSessionProvider',
    config: { connectionString: url, migrate: true },
  }),
};

export async function start({ platform, store, url, hmac, lib }: AppOrder): Promise<number> {
  const library = (await import(lib)) as typeof Library;
  const auth = hmac
    ? { credentialProvider: 'serving.auth:HMACCredentialProvider', config: { secret: SECRET } }
    : undefined;
  const options = {
    ...PROVIDERS[store as keyof typeof PROVIDERS](url),
    directory: import.meta.dirname,
    limits: { size: '64KiB' },
    auth,
  } as const;
  return startApp(platform, {
    controller: controllerWith(library),
    imports: [library.SessionModule.forRoot(options)],
  });
}
