import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { noRequest } from '../errors/use.js';
import type { SessionBearer } from '../http/session-bearer.js';
import { MessageContext } from '../http/socket/message-context.js';
import { isPromise } from '../session/store-call.js';
import { answered, flowOf } from './handler-flow.js';
import { findBearer } from './session-bearer-of.js';
import { skipsSession } from './skip-session.decorator.js';
import { inWordsOf } from './web-socket/ws-exception.js';

/** The kinds of handlers that have a client, and so may have a session. */
const KINDS: ReadonlySet<string> = new Set(['http', 'graphql', 'ws']);

/**
 * Loads the session before a handler runs and commits it after the handler is done, before its answer is serialised, so that an
 * outage is an exception that filters see.
 *
 * An instance is stateless and serves every app of the process; what belongs to a request hangs on the request. An error of the
 * handler is left to the gate on the response, which knows the status that a filter makes of it. So is the commit of a handler
 * that answers by itself: a filter that answered in its place would meet the answer that is still to come.
 */
class SessionInterceptor implements NestInterceptor {
  intercept(
    context: ExecutionContext,
    next: CallHandler,
  ): Observable<unknown> | Promise<Observable<unknown>> {
    if (!KINDS.has(context.getType())) return next.handle();
    const bearer = findBearer(context);
    if (!this.concerns(bearer, context)) return next.handle();
    const flow = (): Observable<unknown> => flowOf(bearer, context, next);
    if (bearer instanceof MessageContext) return loadedMessage(bearer, context, flow);
    const loading = bearer.load();
    return isPromise(loading) ? loading.then(flow) : flow();
  }

  /** Whoever asked for the session by a decorator of ours is told when there is no module to give it. */
  protected concerns(bearer: SessionBearer | undefined, _context: ExecutionContext): bearer is SessionBearer {
    if (!bearer) throw noRequest();
    return true;
  }
}

/** Bound to handlers that did not ask us: in an app without our module that shares their class, they are left alone. */
class TolerantInterceptor extends SessionInterceptor {
  protected override concerns(
    bearer: SessionBearer | undefined,
    _context: ExecutionContext,
  ): bearer is SessionBearer {
    return bearer !== undefined;
  }
}

/** Bound to all handlers for `session.interceptor: all`; an app without that option is left alone as well. */
class EverywhereInterceptor extends SessionInterceptor {
  protected override concerns(
    bearer: SessionBearer | undefined,
    context: ExecutionContext,
  ): bearer is SessionBearer {
    return bearer !== undefined && bearer.everywhere && !skipsSession(context);
  }
}

/** Bound to every gateway: a message has no response whose gate would commit what a service changed without a word to anybody. */
class MessageInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const bearer = findBearer(context);
    return bearer instanceof MessageContext ? answered(bearer, context, next) : next.handle();
  }
}

async function loadedMessage(
  message: MessageContext,
  ...[context, flow]: [ExecutionContext, () => Observable<unknown>]
): Promise<Observable<unknown>> {
  try {
    await message.load();
  } catch (error) {
    throw inWordsOf(context, error);
  }
  return flow();
}

/** Bound to the handlers that say they use the session. */
export const sessionInterceptor: NestInterceptor = new SessionInterceptor();

/** Bound to the handlers that say it by Nest's own `@Session()`, which means another library elsewhere. */
export const tolerantInterceptor: NestInterceptor = new TolerantInterceptor();

/** Bound to every handler of an app with `session.interceptor: all`. */
export const everywhereInterceptor: NestInterceptor = new EverywhereInterceptor();

/** Bound to every gateway of an app. */
export const messageInterceptor: NestInterceptor = new MessageInterceptor();
