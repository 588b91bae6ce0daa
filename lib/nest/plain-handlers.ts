import * as nest from '@nestjs/common';
import { INTERCEPTORS_METADATA, PIPES_METADATA } from '@nestjs/common/constants.js';
import { committingHandler, handlerBehind } from './committing-handler.js';
import { parametersOf, readFacts, takesNestSession } from './handler-facts.js';
import { sessionInterceptor } from './session-interceptor.js';
import { isMarked } from './use-session.decorator.js';

type Methods = Record<string, NewableFunction & (() => unknown)>;

/**
 * Takes our interceptor from a handler that does not need it, and lets the handler commit by itself: an interceptor costs a request
 * about as much as half of all else that the library does for it (docs/performance.md).
 *
 * Not needed by a handler that got its session by a parameter, which loads it, and simply returns its answer. What may look at the session
 * before that parameter is there keeps it: other interceptors of the handler, and pipes that are not Nest's own. So does a class that inherits
 * the handler, and needs the interceptor for what it says of itself.
 */
export function spareInterceptor(controller: NewableFunction, method: string): void {
  const methods = controller.prototype as Methods;
  const handler = methods[method];
  if (!handler || !isMarked(methods, method)) return;
  const original = handlerBehind(handler);
  if (!isPlain(controller, handler, method)) {
    if (original) put(methods, method, original);
  } else if (!original) put(methods, method, withoutInterceptor(committingHandler(handler)));
}

function withoutInterceptor(handler: () => unknown): () => unknown {
  Reflect.deleteMetadata(INTERCEPTORS_METADATA, handler);
  return handler;
}

const put = (methods: object, method: string, value: () => unknown): void =>
  void Object.defineProperty(methods, method, {
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  });

function isPlain(controller: NewableFunction, handler: NewableFunction, method: string): boolean {
  const { answersItself, streamsEvents, endsWithSession } = readFacts(controller, handler, method);
  if (answersItself || streamsEvents || endsWithSession || takesNestSession(controller, method)) return false;
  const interceptors = listOf(INTERCEPTORS_METADATA, handler);
  const pipes = [
    ...listOf(PIPES_METADATA, controller),
    ...listOf(PIPES_METADATA, handler),
    ...parametersOf(controller, method).flatMap(([, parameter]) => parameter.pipes ?? []),
  ];
  return interceptors.every((each) => each === sessionInterceptor) && pipes.every(isOfNest);
}

const listOf = (key: string, target: object): readonly unknown[] =>
  (Reflect.getMetadata(key, target) as readonly unknown[] | undefined) ?? [];

const NEST: ReadonlySet<unknown> = new Set(Object.values(nest));

/** None of Nest's own pipes looks at a session. */
const isOfNest = (pipe: unknown): boolean =>
  NEST.has(pipe) || (typeof pipe === 'object' && pipe !== null && NEST.has(pipe.constructor));
