import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { SSE_METADATA } from '@nestjs/common/constants.js';
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
  type MonoTypeOperatorFunction,
  Observable,
  of,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import { sessionGone } from '../errors/outage.js';
import { RequestContext } from '../http/request-context.js';
import type { SessionBearer } from '../http/session-bearer.js';
import { MessageContext } from '../http/socket/message-context.js';
import { runInScope } from '../session/current.js';
import { answersItself } from './answers-itself.js';
import { endsWithSession } from './ends-with-session.js';
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
  return committed(next, {
    bearer,
    leaveToGate: answersItself(context),
    living: untilDeath(bearer, context),
  });
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

interface RequestFlow {
  readonly bearer: RequestContext;
  readonly leaveToGate: boolean;
  readonly living: MonoTypeOperatorFunction<unknown>;
}

function committed(next: CallHandler, { bearer, leaveToGate, living }: RequestFlow): Observable<unknown> {
  const commit = defer(() => bearer.settleHandler({ leaveToGate }) ?? EMPTY).pipe(ignoreElements());
  return concat(next.handle().pipe(living), commit).pipe(
    tap({ unsubscribe: () => bearer.handlerCancelled() }),
    finalize(bearer.enter()),
  );
}

/** A stream of events is over when its session dies; a handler that makes its client wait fails then. */
function untilDeath(bearer: RequestContext, context: ExecutionContext): MonoTypeOperatorFunction<unknown> {
  const handler = context.getHandler();
  if (Reflect.hasMetadata(SSE_METADATA, handler)) return takeUntil(deathOf(bearer));
  return endsWithSession(context) ? takeUntil(failureAtDeathOf(bearer)) : (source) => source;
}

const deathOf = (bearer: RequestContext): Observable<unknown> =>
  new Observable((subscriber) => bearer.hold((why) => subscriber.next(why)));

const failureAtDeathOf = (bearer: RequestContext): Observable<never> =>
  new Observable((subscriber) =>
    bearer.hold((why) => subscriber.error(sessionGone(why === 'superseded' ? why : 'ended'))),
  );
