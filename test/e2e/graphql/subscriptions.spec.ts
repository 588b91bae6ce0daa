import { describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  CurrentSession,
  InMemorySessionProvider,
  RequireSession,
  Session,
  WebSocketOrigins,
} from '../../../lib/index.js';
import { Deferred } from '../../support/deferred.js';
import { TestApp } from '../../support/app.js';
import { DeskController } from '../web-socket/desk-gateway.js';

const SECOND_MS = 1000;
const { allows } = new WebSocketOrigins({ withoutOrigin: 'allow' });

@Resolver()
class NewsResolver {
  @Query(() => Boolean)
  ok(): boolean {
    return true;
  }

  @Subscription(() => String, { resolve: (text: string) => text })
  async *news(@CurrentSession() session: Session): AsyncGenerator<string> {
    yield* only(`for ${session.principal ?? 'nobody'}`);
  }

  @Subscription(() => String, { resolve: (text: string) => text })
  @RequireSession()
  async secrets(): Promise<AsyncGenerator<string>> {
    return only(`of ${String((await Session.loadSession()).principal)}`);
  }
}

async function* only(text: string): AsyncGenerator<string> {
  yield text;
  await new Promise(() => undefined);
}

/** @param onConnect what graphql-ws asks before it lets a socket be */
const graphql = (onConnect?: (context: { readonly extra: unknown }) => boolean) =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    playground: false,
    subscriptions: { 'graphql-ws': onConnect ? { onConnect } : true },
  });

const guarded = graphql(({ extra }) => allows((extra as { readonly request: never }).request));

/** A browser's socket, with what it sends by itself. */
const socketWith = (headers: Record<string, string>): typeof WebSocket =>
  class extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers });
    }
  } as never;

interface Outcome {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

/** What comes first; and, for as long as the test likes, what ends it. */
function first(client: Client, query: string): Promise<Outcome> {
  return new Promise((resolve) => {
    client.subscribe(
      { query },
      {
        next: ({ data, errors }) => resolve({ data, ...(errors ? { errors } : {}) }),
        error: (error) =>
          resolve({
            errors: Array.isArray(error)
              ? (error as never)
              : [{ message: String((error as { code?: number }).code) }],
          }),
        complete: () => undefined,
      },
    );
  });
}

const PLATFORMS = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
] as const;

describe.each(PLATFORMS)('subscriptions by graphql-ws of Apollo on %s', (_, platform) => {
  const within = (
    work: (
      app: TestApp,
      open: (headers: Record<string, string>, closed?: (code: number) => void) => Client,
    ) => Promise<void>,
    module = guarded,
  ): Promise<void> =>
    TestApp.within(
      platform,
      {
        imports: [module],
        controllers: [DeskController],
        providers: [NewsResolver],
        session: { sessionProvider: InMemorySessionProvider, webSocket: { check: 50 } },
      },
      async (app) => {
        const clients: Client[] = [];
        try {
          await work(app, (headers, closed) => {
            const client = createClient({
              url: `${app.url.replace('http', 'ws')}/graphql`,
              webSocketImpl: socketWith(headers),
              retryAttempts: 0,
              lazy: true,
              on: { closed: (event) => closed?.((event as { code: number }).code) },
            });
            clients.push(client);
            return client;
          });
        } finally {
          for (const client of clients) await client.dispose();
        }
      },
    );

  it('have the session of the handshake, by decorators and in services', () =>
    within(async (app, open) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const client = open({ cookie: visitor.cookie });
      expect(await first(client, 'subscription { news }')).toMatchObject({ data: { news: 'for ada' } });
      expect(await first(client, 'subscription { secrets }')).toMatchObject({ data: { secrets: 'of ada' } });
    }));

  it('are behind the guards that they have', () =>
    within(async (_app, open) => {
      const stranger = open({});
      expect(await first(stranger, 'subscription { news }')).toMatchObject({ data: { news: 'for nobody' } });
      expect((await first(stranger, 'subscription { secrets }')).errors).toHaveLength(1);
    }));

  it('end, with their socket, within a second of their session', () =>
    within(async (app, open) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const closed = new Deferred<number>();
      await first(open({ cookie: visitor.cookie }, closed.resolve), 'subscription { news }');
      await visitor.post('/logout');
      const actedAt = Date.now();
      expect(await closed.promise).toBe(4401);
      expect(Date.now() - actedAt).toBeLessThan(SECOND_MS);
    }));

  it('are refused to a page of another site (A61)', () =>
    within(async (app, open) => {
      const victim = app.visitor();
      await victim.post('/login');
      const evil = open({ cookie: victim.cookie, origin: 'https://evil.example' });
      expect(await first(evil, 'subscription { news }')).toMatchObject({ errors: [{ message: '4403' }] });
    }));

  it('are, where nobody looks at the origin, open to any page, with what the victim may do', () =>
    within(async (app, open) => {
      const victim = app.visitor();
      await victim.post('/login');
      const evil = open({ cookie: victim.cookie, origin: 'https://evil.example' });
      expect(await first(evil, 'subscription { news }')).toMatchObject({ data: { news: 'for ada' } });
    }, graphql()));
});
