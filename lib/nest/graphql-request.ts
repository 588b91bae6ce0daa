import type { ExecutionContext } from '@nestjs/common';
import { type AskedRequest, isRequest } from '../http/cross-site/cross-site-facts.js';

/** What resolvers get as their third and fourth argument. */
const CONTEXT = 2;
const INFO = 3;

/** Where the context of a GraphQL server keeps the request: Apollo's way, Yoga's, Mercurius's, that of graphql-ws. */
const PLACES: readonly (readonly string[])[] = [
  ['req'],
  ['request'],
  ['reply', 'request'],
  ['extra', 'request'],
  [],
];

/** The request that a GraphQL resolver works for; `undefined` when the context holds none. */
export function graphqlRequest(context: ExecutionContext): AskedRequest | undefined {
  const root: unknown = context.getArgByIndex(CONTEXT);
  return PLACES.map((path) => path.reduce(member, root)).find(isRequest);
}

/** A subscription comes through a socket, whose origin was checked when it was opened. */
export function isSubscription(context: ExecutionContext): boolean {
  const info: unknown = context.getArgByIndex(INFO);
  return member(member(info, 'operation'), 'operation') === 'subscription';
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
