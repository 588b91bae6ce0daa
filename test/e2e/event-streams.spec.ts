import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, Sse } from '@nestjs/common';
import { interval, map, NEVER, type Observable, startWith } from 'rxjs';
import {
  CurrentSession,
  EndsWithSession,
  InMemorySessionProvider,
  RequireSession,
  Session,
  SessionConnections,
} from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { Deferred } from '../support/deferred.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';

const SECOND_MS = 1000;

@Controller()
class NewsController {
  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada');
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.logout();
  }

  @Sse('news')
  @RequireSession()
  news(): Observable<{ data: string }> {
    return interval(20).pipe(
      startWith(0),
      map(() => ({ data: 'news' })),
    );
  }

  /** The twin: it does not say that it uses the session. */
  @Sse('gossip')
  gossip(): Observable<{ data: string }> {
    return interval(20).pipe(
      startWith(0),
      map(() => ({ data: 'gossip' })),
    );
  }

  @Get('next')
  @EndsWithSession()
  next(): Observable<never> {
    return NEVER;
  }
}

/** A stream of events as a client sees it. */
class Stream {
  readonly begun = new Deferred();
  readonly ended = new Deferred<number>();
  readonly #controller = new AbortController();

  static open(url: string, { cookie }: Visitor): Stream {
    const stream = new Stream();
    void stream.#read(url, cookie);
    return stream;
  }

  close(): void {
    this.#controller.abort();
  }

  async #read(url: string, cookie: string): Promise<void> {
    try {
      const response = await fetch(url, { headers: { cookie }, signal: this.#controller.signal });
      for await (const chunk of response.body ?? []) if (chunk) this.begun.resolve();
    } catch {
      // The client gave up, or was cut off.
    }
    this.ended.resolve(Date.now());
  }
}

describe.each(PLATFORMS)('a stream of events on %s', (_, platform) => {
  const within = (work: (app: TestApp, visitor: Visitor) => Promise<void>): Promise<void> =>
    TestApp.within(
      platform,
      {
        controllers: [NewsController],
        session: { sessionProvider: InMemorySessionProvider, webSocket: { check: 50 } },
      },
      async (app) => {
        const visitor = app.visitor();
        await visitor.post('/login');
        await work(app, visitor);
      },
    );

  it('ends within a second when its session does', () =>
    within(async (app, visitor) => {
      const stream = Stream.open(`${app.url}/news`, visitor);
      await stream.begun.promise;
      expect(app.nest.get(SessionConnections).size).toBe(1);
      await visitor.post('/logout');
      const actedAt = Date.now();
      expect((await stream.ended.promise) - actedAt).toBeLessThan(SECOND_MS);
      expect(app.nest.get(SessionConnections).size).toBe(0);
    }));

  it('ends when its session idles out, because listening is no use of it', () =>
    within(async (app, visitor) => {
      const stream = Stream.open(`${app.url}/news`, visitor);
      await stream.begun.promise;
      app.clock.advance(31 * 60 * SECOND_MS);
      const actedAt = Date.now();
      expect((await stream.ended.promise) - actedAt).toBeLessThan(SECOND_MS);
    }));

  it('ends with the app, whose shutdown does not wait for it', () =>
    within(async (app, visitor) => {
      const stream = Stream.open(`${app.url}/news`, visitor);
      await stream.begun.promise;
      const actedAt = Date.now();
      await app.close();
      expect((await stream.ended.promise) - actedAt).toBeLessThan(SECOND_MS);
    }));

  it('is known no more when its client has gone', () =>
    within(async (app, visitor) => {
      const stream = Stream.open(`${app.url}/news`, visitor);
      await stream.begun.promise;
      stream.close();
      const connections = app.nest.get(SessionConnections);
      while (connections.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(connections.size).toBe(0);
    }));

  it('that does not say it uses the session goes on after the logout', () =>
    within(async (app, visitor) => {
      const stream = Stream.open(`${app.url}/gossip`, visitor);
      await stream.begun.promise;
      await visitor.post('/logout');
      const first = await Promise.race([
        stream.ended.promise.then(() => 'ended'),
        new Promise((resolve) => setTimeout(() => resolve('goes on'), 200)),
      ]);
      stream.close();
      expect(first).toBe('goes on');
    }));

  it('makes a client that polls wait no longer than its session lives', () =>
    within(async (app, visitor) => {
      const polling = visitor.get('/next');
      const connections = app.nest.get(SessionConnections);
      while (connections.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await visitor.twin().post('/logout');
      const { status, body } = await polling;
      expect(status).toBe(409);
      expect(body).toMatchObject({ statusCode: 409 });
    }));
});
