import type { ExecutionContext } from '@nestjs/common';
import { noRequest } from '../errors/use.js';
import { RequestContext } from '../http/request-context.js';
import type { SessionBearer } from '../http/session-bearer.js';
import { MessageContext } from '../http/socket/message-context.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { scopeAround } from '../session/current.js';
import type { Session } from '../session/session.js';
import { isPromise } from '../session/store-call.js';
import { graphqlRequest } from './graphql-request.js';
import { subscriptionBearer } from './web-socket/subscription.js';

/**
 * What the session of an execution context belongs to: the one place that knows where each kind of handler keeps it. `undefined` when
 * no SessionModule serves it, and for kinds without a client, such as messages of a queue.
 *
 * | kind      | its session belongs to                                                                |
 * |-----------|---------------------------------------------------------------------------------------|
 * | `http`    | the request                                                                           |
 * | `graphql` | the socket in the GraphQL context, or the request there; else the request around the call |
 * | `ws`      | the message around the call                                                           |
 */
export function findBearer(context: ExecutionContext): SessionBearer | undefined {
  const kind: string = context.getType();
  if (kind === 'http') return RequestContext.of(context.switchToHttp().getRequest());
  if (kind === 'graphql')
    return (
      subscriptionBearer(context.getArgByIndex(2)) ??
      RequestContext.of(graphqlRequest(context)) ??
      bearerAround()
    );
  return kind === 'ws' ? bearerAround() : undefined;
}

/** As {@link findBearer}. @throws SessionError NO_REQUEST */
export function bearerOf(context: ExecutionContext): SessionBearer {
  const bearer = findBearer(context);
  if (!bearer) throw noRequest();
  return bearer;
}

/** The session of whatever an execution context is about. @throws SessionError NO_REQUEST */
export const sessionOf = (context: ExecutionContext): Session => bearerOf(context).session;

/** As {@link sessionOf}, loaded: field resolvers of GraphQL run without the interceptor that loads for handlers. */
export function loadedSessionOf(context: ExecutionContext): MaybePromise<Session> {
  const bearer = bearerOf(context);
  const loading = bearer.load();
  return isPromise(loading) ? loading.then(() => bearer.session) : bearer.session;
}

function bearerAround(): SessionBearer | undefined {
  const scope = scopeAround();
  return scope instanceof RequestContext || scope instanceof MessageContext ? scope : undefined;
}
