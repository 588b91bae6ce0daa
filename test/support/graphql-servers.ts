import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Platform } from './running-app.js';

/** Where resolvers of fields run with guards and interceptors as well; Nest leaves them out by default. */
export interface GraphqlOptions {
  readonly fieldResolverEnhancers?: ('guards' | 'interceptors')[];
}

type GraphqlServer = (options?: GraphqlOptions) => DynamicModule;

const apollo: GraphqlServer = (options = {}) =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    playground: false,
    includeStacktraceInErrorResponses: false,
    ...options,
  });

const mercurius: GraphqlServer = (options = {}) =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    graphiql: false,
    ...options,
  });

/** Each server that Nest has a driver for, on each platform that it runs on, for `describe.each`. */
export const GRAPHQL_SERVERS: readonly (readonly [string, Platform, GraphqlServer])[] = [
  ['Apollo on Express', () => new ExpressAdapter(), apollo],
  ['Apollo on Fastify', () => new FastifyAdapter(), apollo],
  ['Mercurius on Fastify', () => new FastifyAdapter(), mercurius],
];
