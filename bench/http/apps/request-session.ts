import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import { Controller, Get, type INestApplication, Query, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createClient } from '@redis/client';
import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import expressSession from 'express-session';
import pg from 'pg';
// @ts-expect-error -- plain JavaScript, shared with the load generator
import { sessionValues } from '../session-values.mjs';
import { type AppOrder, startApp } from './start-app.js';

const SECRET = 'a secret for benches, long enough for all of them';
let logins = 0;

interface SessionRequest {
  readonly session: Record<string, unknown> & {
    readonly user: { visits: number };
    regenerate(done: (error?: unknown) => void): void;
  };
}

/** express-session and @fastify/session: `request.session` is an object, saved at the end of the request if it changed. */
@Controller()
class RequestSessionController {
  @Get('plain')
  plain(): object {
    return { count: 0 };
  }

  @Get('read')
  read(@Req() { session }: SessionRequest): object {
    return { count: session['count'] ?? 0 };
  }

  @Get('write')
  write(@Req() { session }: SessionRequest): object {
    return { count: (session['count'] = Number(session['count']) + 1) };
  }

  @Get('mutate')
  mutate(@Req() { session }: SessionRequest): object {
    session.user.visits += 1;
    return { count: session.user.visits };
  }

  @Get('login')
  async login(@Req() request: SessionRequest): Promise<object> {
    await new Promise<void>((resolve, reject) =>
      request.session.regenerate((error) =>
        error === undefined || error === null
          ? resolve()
          : reject(new Error('No new session', { cause: error })),
      ),
    );
    request.session['principal'] = `user ${(logins += 1)}`;
    return { count: 0 };
  }

  @Get('seed')
  seed(@Req() { session }: SessionRequest, @Query('bytes') bytes: string): object {
    Object.assign(session, sessionValues(Number(bytes)));
    return { count: 0 };
  }
}

async function storeOf({ store, url }: AppOrder): Promise<expressSession.Store | undefined> {
  if (store === 'redis') return new RedisStore({ client: await createClient({ url }).connect() });
  if (store !== 'postgres') return undefined;
  const PgStore = connectPgSimple(expressSession);
  return new PgStore({ pool: new pg.Pool({ connectionString: url, max: 10 }), createTableIfMissing: true });
}

export async function start(order: AppOrder): Promise<number> {
  const store = await storeOf(order);
  const options = { secret: SECRET, saveUninitialized: false, ...(store && { store }) };
  const main = async (nest: INestApplication): Promise<void> => {
    if (order.platform === 'express') return void nest.use(expressSession({ ...options, resave: false }));
    const app = nest as NestFastifyApplication;
    await app.register(fastifyCookie as never);
    await app.register(fastifySession, { ...options, cookie: { secure: false } });
  };
  return startApp(order.platform, { controller: RequestSessionController, main });
}
