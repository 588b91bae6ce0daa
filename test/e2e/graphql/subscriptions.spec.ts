import { describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import {
  CurrentSession,
  RequireSession,
  Session,
  SessionParam,
  WebSocketOrigins,
} from '../../../lib/index.js';
import { TestApp } from '../../support/app.js';
import { Deferred } from '../../support/deferred.js';
import type { Platform } from '../../support/running-app.js';
import { webSocketWith } from '../../support/sockets.js';
import { DeskController } from '../web-socket/desk-gateway.js';

const SECOND_MS = 1000;
const { allows, verifyClient } = new WebSocketOrigins({ withoutOrigin: 'allow' });

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

  @Subscription(() => Int, { resolve: (visits: number) => visits })
  visits(@SessionParam() visits: number = 0): AsyncGenerator<number> {
    return only(visits);
  }

  @Subscription(() => String, { resolve: (text: string) => text })
  @RequireSession()
  async secrets(): Promise<AsyncGenerator<string>> {
    return only(`of ${String((await Session.loadSession()).principal)}`);
  }

  @Mutation(() => Int)
  visit(@CurrentSession() session: Session): Promise<number> {
    return session.increment('visits');
  }

  @Mutation(() => Int)
  login(@CurrentSession() session: Session): Promise<number> {
    return session.login('eve').then(() => 1);
  }

  @Mutation(() => Int)
  set(@CurrentSession() session: Session): number {
    session.set('visits', 40);
    return 40;
  }
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
  await new Promise(() => undefined);
}

/** A server of subscriptions. Whether it looks at the origin of a socket is up to the app. */
type Server = (options: { readonly guarded: boolean }) => DynamicModule;

const apollo: Server = ({ guarded }) => {
  const onConnect = ({ extra }: { extra: unknown }) => allows((extra as { readonly request: never }).request);
  return GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    playground: false,
    subscriptions: { 'graphql-ws': guarded ? { onConnect } : true },
  });
};

const mercurius: Server = ({ guarded }) =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    subscription: { fullWsTransport: true, ...(guarded ? { verifyClient } : {}) },
  });

/** What a refused client sees: a code of the protocol, or a handshake that failed. */
const SERVERS: readonly (readonly [string, Platform, Server, refusal: string])[] = [
  ['Apollo on Express', () => new ExpressAdapter(), apollo, '4403'],
  ['Apollo on Fastify', () => new FastifyAdapter(), apollo, '4403'],
  ['Mercurius on Fastify', () => new FastifyAdapter(), mercurius, '403'],
];

interface Outcome {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

/** Why a socket was refused: the code that closed it, or what became of its handshake. */
const reasonOf = (error: unknown): { readonly message: string } => {
  const { code, message = '' } = error as { readonly code?: number; readonly message?: string };
  return { message: String(code ?? message) };
};

/** What comes first; and, for as long as the test likes, what ends it. */
function first(client: Client, query: string): Promise<Outcome> {
  return new Promise((resolve) => {
    client.subscribe(
      { query },
      {
        next: ({ data, errors }) => resolve({ data, ...(errors ? { errors } : {}) }),
        error: (error) => resolve({ errors: Array.isArray(error) ? (error as never) : [reasonOf(error)] }),
        complete: () => undefined,
      },
    );
  });
}

/** Who is at the server. */
interface Scene {
  readonly app: TestApp;
  readonly open: (headers: Record<string, string>, more?: Partial<ClientOptions>) => Client;
}

describe.each(SERVERS)('subscriptions of %s', (_, platform, server, refusal) => {
  const within = (work: (scene: Scene) => Promise<void>, guarded = true): Promise<void> =>
    TestApp.within(
      platform,
      {
        imports: [server({ guarded })],
        controllers: [DeskController],
        providers: [NewsResolver],
        session: { webSocket: { check: 50 } },
      },
      async (app) => {
        const clients: Client[] = [];
        const open: Scene['open'] = (headers, more) => {
          const url = `${app.url.replace('http', 'ws')}/graphql`;
          const client = createClient({
            url,
            webSocketImpl: webSocketWith(headers),
            retryAttempts: 0,
            lazy: true,
            ...more,
          });
          clients.push(client);
          return client;
        };
        try {
          await work({ app, open });
        } finally {
          for (const client of clients) await client.dispose();
        }
      },
    );

  it('have the session of the handshake, by decorators and in services', () =>
    within(async ({ app, open }) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const client = open({ cookie: visitor.cookie });
      expect(await first(client, 'subscription { news }')).toMatchObject({ data: { news: 'for ada' } });
      expect(await first(client, 'subscription { secrets }')).toMatchObject({ data: { secrets: 'of ada' } });
    }));

  it('are behind the guards that they have', () =>
    within(async ({ open }) => {
      const stranger = open({});
      expect(await first(stranger, 'subscription { news }')).toMatchObject({ data: { news: 'for nobody' } });
      expect((await first(stranger, 'subscription { secrets }')).errors).toHaveLength(1);
    }));

  it('end, with their socket, within a second of their session', () =>
    within(async ({ app, open }) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const closed = new Deferred<number>();
      const on = { closed: (event: unknown) => closed.resolve((event as { code: number }).code) };
      await first(open({ cookie: visitor.cookie }, { on }), 'subscription { news }');
      await visitor.post('/logout');
      const actedAt = Date.now();
      expect(await closed.promise).toBe(4401);
      expect(Date.now() - actedAt).toBeLessThan(SECOND_MS);
    }));

  it('are refused to a page of another site (A61)', () =>
    within(async ({ app, open }) => {
      const victim = app.visitor();
      await victim.post('/login');
      const evil = open({ cookie: victim.cookie, origin: 'https://evil.example' });
      expect(await first(evil, 'subscription { news }')).toMatchObject({
        errors: [{ message: expect.stringContaining(refusal) }],
      });
    }));

  it('are, where nobody looks at the origin, open to any page, with what the victim may do', () =>
    within(async ({ app, open }) => {
      const victim = app.visitor();
      await victim.post('/login');
      const evil = open({ cookie: victim.cookie, origin: 'https://evil.example' });
      expect(await first(evil, 'subscription { news }')).toMatchObject({ data: { news: 'for ada' } });
    }, false));

  it('read fresh, each of them, and see what HTTP has done meanwhile', () =>
    within(async ({ app, open }) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const client = open({ cookie: visitor.cookie });
      expect(await first(client, 'subscription { visits }')).toMatchObject({ data: { visits: 1 } });
      await visitor.post('/visit');
      expect(await first(client, 'subscription { visits }')).toMatchObject({ data: { visits: 2 } });
    }));

  it('go beside mutations, whose changes are stored before the answer, or whose answer is an error', () =>
    within(async ({ app, open }) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const client = open({ cookie: visitor.cookie });
      expect(await first(client, 'mutation { visit }')).toMatchObject({ data: { visit: 2 } });
      expect(await first(client, 'mutation { set }')).toMatchObject({ data: { set: 40 } });
      expect(app.stored(visitor.cookie)).toMatchObject({ visits: 40 });
      expect((await first(client, 'mutation { login }')).errors).toHaveLength(1);
      app.store.every('replace', 'fail-before');
      expect((await first(client, 'mutation { visit }')).errors).toHaveLength(1);
    }));

  it('have no session but that of the handshake, whatever its client says later', () =>
    within(async ({ app, open }) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const connectionParams = { cookie: visitor.cookie, headers: { cookie: visitor.cookie } };
      const client = open({}, { connectionParams });
      expect(await first(client, 'subscription { news }')).toMatchObject({ data: { news: 'for nobody' } });
    }));
});
