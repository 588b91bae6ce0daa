import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { concat, defer, EMPTY, finalize, ignoreElements, type Observable, tap } from 'rxjs';
import { RequestContext } from '../http/request-context.js';
import { noRequest } from '../errors/use.js';
import { isPromise } from '../session/store-call.js';
import { answersItself } from './answers-itself.js';
import { skipsSession } from './skip-session.decorator.js';

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
    if (context.getType() !== 'http') return next.handle();
    const current = RequestContext.of(context.switchToHttp().getRequest());
    if (!this.concerns(current, context)) return next.handle();
    const commit = (): Observable<unknown> => committed(next, current, answersItself(context));
    const loading = current.load();
    return isPromise(loading) ? loading.then(commit) : commit();
  }

  /** Whoever asked for the session by a decorator of ours is told when there is no module to give it. */
  protected concerns(
    current: RequestContext | undefined,
    _context: ExecutionContext,
  ): current is RequestContext {
    if (!current) throw noRequest();
    return true;
  }
}

/** Bound to handlers that did not ask us: in an app without our module that shares their class, they are left alone. */
class TolerantInterceptor extends SessionInterceptor {
  protected override concerns(
    current: RequestContext | undefined,
    _context: ExecutionContext,
  ): current is RequestContext {
    return current !== undefined;
  }
}

/** Bound to all handlers for `session.interceptor: all`; an app without that option is left alone as well. */
class EverywhereInterceptor extends SessionInterceptor {
  protected override concerns(
    current: RequestContext | undefined,
    context: ExecutionContext,
  ): current is RequestContext {
    return current !== undefined && current.everywhere && !skipsSession(context);
  }
}

function committed(next: CallHandler, current: RequestContext, leaveToGate: boolean): Observable<unknown> {
  const commit = defer(() => current.settleHandler({ leaveToGate }) ?? EMPTY).pipe(ignoreElements());
  return concat(next.handle(), commit).pipe(
    tap({ unsubscribe: () => current.handlerCancelled() }),
    finalize(current.enter()),
  );
}

/** Bound to the handlers that say they use the session. */
export const sessionInterceptor: NestInterceptor = new SessionInterceptor();

/** Bound to the handlers that say it by Nest's own `@Session()`, which means another library elsewhere. */
export const tolerantInterceptor: NestInterceptor = new TolerantInterceptor();

/** Bound to every handler of an app with `session.interceptor: all`. */
export const everywhereInterceptor: NestInterceptor = new EverywhereInterceptor();
