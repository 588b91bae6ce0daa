import type { CallHandler, ExecutionContext } from '@nestjs/common';
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  map,
  type Observable,
  of,
  tap,
  throwError,
} from 'rxjs';
import { RequestContext } from '../http/request-context.js';
import type { SessionBearer } from '../http/session-bearer.js';
import { MessageContext } from '../http/socket/message-context.js';
import { runInScope } from '../session/current.js';
import { handlerFacts } from './handler-facts.js';
import { requestFlow } from './request-flow.js';
import { inWordsOf } from './web-socket/ws-exception.js';

/**
 * A handler between the load of its session and the commit.
 *
 * | kind                    | the commit                                                                                     |
 * |-------------------------|------------------------------------------------------------------------------------------------|
 * | HTTP                    | after the handler, before its answer is serialised                                             |
 * | GraphQL                 | once a request, when all resolvers are done: the gate on the response does it                  |
 * | a message over a socket | before each answer leaves, and when the handler is done; GraphQL over WebSocket as well         |
 */
export function flowOf(
  bearer: SessionBearer,
  context: ExecutionContext,
  next: CallHandler,
): Observable<unknown> {
  if (bearer instanceof MessageContext) return answered(bearer, context, next);
  if (context.getType() !== 'http' || !(bearer instanceof RequestContext))
    return next.handle().pipe(finalize(bearer.enter()));
  return requestFlow(bearer, handlerFacts(context), next.handle());
}

/** A message is answered by values that go out one by one: each waits for the commit of what was changed before it (law H1). */
export function answered(
  message: MessageContext,
  ...[context, next]: [ExecutionContext, CallHandler]
): Observable<unknown> {
  const settled = (): Observable<never> => defer(() => message.settle() ?? EMPTY).pipe(ignoreElements());
  const afterCommit = (value: unknown): Observable<unknown> => {
    const commit = message.settle();
    return commit ? from(commit).pipe(map(() => value)) : of(value);
  };
  const values = runInScope(message, () => next.handle());
  return concat(values.pipe(concatMap(afterCommit)), defer(settled)).pipe(
    catchError((error: unknown) => {
      message.abandon();
      return throwError(() => inWordsOf(context, error));
    }),
    tap({ unsubscribe: () => void message.settle()?.catch(() => undefined) }),
    finalize(message.enter()),
  );
}
