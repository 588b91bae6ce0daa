import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Platform } from './running-app.js';

/** What a test asks of a server beside the default. */
export interface GraphqlOptions {
  /** Where resolvers of fields run with guards and interceptors as well; Nest leaves them out by default. */
  readonly fieldResolverEnhancers?: ('guards' | 'interceptors')[];
  /** Whether operations may come over a socket, from any origin. */
  readonly sockets?: boolean;
}

type GraphqlServer = (options?: GraphqlOptions) => DynamicModule;

const apollo: GraphqlServer = ({ sockets = false, ...options } = {}) =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    playground: false,
    includeStacktraceInErrorResponses: false,
    ...(sockets && { subscriptions: { 'graphql-ws': true } }),
    ...options,
  });

const mercurius: GraphqlServer = ({ sockets = false, ...options } = {}) =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    graphiql: false,
    ...(sockets && { subscription: { fullWsTransport: true } }),
    ...options,
  });

/** Each server that Nest has a driver for, on each platform that it runs on, for `describe.each`. */
export const GRAPHQL_SERVERS: readonly (readonly [string, Platform, GraphqlServer])[] = [
  ['Apollo on Express', () => new ExpressAdapter(), apollo],
  ['Apollo on Fastify', () => new FastifyAdapter(), apollo],
  ['Mercurius on Fastify', () => new FastifyAdapter(), mercurius],
];
