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
    yield `for ${session.principal ?? 'nobody'}`;
    await new Promise(() => undefined);
  }

  @Subscription(() => String, { resolve: (text: string) => text })
  @RequireSession()
  async *secrets(): AsyncGenerator<string> {
    const session = await Session.loadSession();
    yield `of ${String(session.principal)}`;
    await new Promise(() => undefined);
  }
}

const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
  driver: ApolloDriver,
  autoSchemaFile: true,
  playground: false,
  subscriptions: {
    'graphql-ws': { onConnect: ({ extra }) => allows((extra as { request: never }).request) },
  },
});

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
    client.subscribe<Record<string, unknown>>(
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
  ): Promise<void> =>
    TestApp.within(
      platform,
      {
        imports: [graphql],
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
      const closed = new Promise<[number, number]>((resolve) => {
        void first(
          open({ cookie: visitor.cookie }, (code) => resolve([code, Date.now()])),
          'subscription { news }',
        ).then(() => visitor.post('/logout'));
      });
      const [code, at] = await closed;
      expect(code).toBe(4401);
      expect(Date.now() - at).toBeLessThan(SECOND_MS);
    }));

  it('are refused to a page of another site (A61)', () =>
    within(async (app, open) => {
      const victim = app.visitor();
      await victim.post('/login');
      const evil = open({ cookie: victim.cookie, origin: 'https://evil.example' });
      expect(await first(evil, 'subscription { news }')).toMatchObject({ errors: [{ message: '4403' }] });
    }));
});
