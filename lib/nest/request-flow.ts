import { type MonoTypeOperatorFunction, Observable, takeUntil } from 'rxjs';
import { sessionGone } from '../errors/outage.js';
import type { RequestContext } from '../http/request-context.js';
import type { HandlerFacts } from './handler-facts.js';

/**
 * A handler of an HTTP request: its values as they come, then the commit, then the end, for which Nest waits before it serialises.
 *
 * One observable and no chain of operators, because every request that has our interceptor runs through it.
 */
export function requestFlow(
  bearer: RequestContext,
  facts: HandlerFacts,
  answered: Observable<unknown>,
): Observable<unknown> {
  const living = untilDeath(bearer, facts);
  const values = living ? answered.pipe(living) : answered;
  return new Observable((subscriber) => {
    const leave = bearer.enter();
    let over = false;
    const fail = (error: unknown): void => {
      over = true;
      subscriber.error(error);
    };
    const complete = (): void => {
      over = true;
      subscriber.complete();
    };
    subscriber.add(() => {
      if (!over) bearer.handlerCancelled();
      leave();
    });
    subscriber.add(
      values.subscribe({
        next: (value) => subscriber.next(value),
        error: fail,
        complete: () => settled(bearer, facts, { complete, fail }),
      }),
    );
  });
}

/** The handler is done: what is left is the commit. */
function settled(
  bearer: RequestContext,
  { answersItself }: HandlerFacts,
  end: { complete(): void; fail(error: unknown): void },
): void {
  const commit = bearer.settleHandler({ leaveToGate: answersItself });
  if (commit)
    commit.then(
      () => end.complete(),
      (error: unknown) => end.fail(error),
    );
  else end.complete();
}

/** A stream of events is over when its session dies; a handler that makes its client wait fails then. */
function untilDeath(
  bearer: RequestContext,
  { streamsEvents, endsWithSession }: HandlerFacts,
): MonoTypeOperatorFunction<unknown> | undefined {
  if (streamsEvents) return takeUntil(deathOf(bearer));
  return endsWithSession ? takeUntil(failureAtDeathOf(bearer)) : undefined;
}

const deathOf = (bearer: RequestContext): Observable<unknown> =>
  new Observable((subscriber) => bearer.hold((why) => subscriber.next(why)));

const failureAtDeathOf = (bearer: RequestContext): Observable<never> =>
  new Observable((subscriber) =>
    bearer.hold((why) => subscriber.error(sessionGone(why === 'superseded' ? why : 'ended'))),
  );
