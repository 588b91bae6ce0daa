import type { ExecutionContext } from '@nestjs/common';
import {
  RESPONSE_PASSTHROUGH_METADATA,
  ROUTE_ARGS_METADATA,
  SSE_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { endsWithSession } from './ends-with-session.js';

/** What a handler says about itself that its flow depends on. */
export interface HandlerFacts {
  /**
   * It sends its answer by itself, maybe after it has returned: it takes `@Res()` or `@Next()`, and not with `passthrough`. Nest sends
   * nothing for it, by the same rule.
   */
  readonly answersItself: boolean;
  /** `@Sse()`. */
  readonly streamsEvents: boolean;
  /** `@EndsWithSession()`, on it or on its class. */
  readonly endsWithSession: boolean;
}

const RESPONSE_OR_NEXT = new RegExp(`^(?:${RouteParamtypes.RESPONSE}|${RouteParamtypes.NEXT}):`);

/** Decorators have spoken once the app runs, and metadata is slow to read. By class as well: a subclass may inherit a handler. */
const known = new WeakMap<NewableFunction, Map<unknown, HandlerFacts>>();

/** Reads the facts of a handler once, for all requests. */
export function handlerFacts(context: ExecutionContext): HandlerFacts {
  const controller = context.getClass();
  const handler = context.getHandler() as NewableFunction & (() => unknown);
  let ofClass = known.get(controller);
  if (!ofClass) known.set(controller, (ofClass = new Map<unknown, HandlerFacts>()));
  let facts = ofClass.get(handler);
  if (!facts) ofClass.set(handler, (facts = readFacts(controller, handler)));
  return facts;
}

/** What a handler of a class says about itself. */
export const readFacts = (
  controller: NewableFunction,
  handler: NewableFunction,
  method: string = handler.name,
): HandlerFacts => ({
  answersItself: takesTheResponse(controller, method),
  streamsEvents: Reflect.hasMetadata(SSE_METADATA, handler),
  endsWithSession: endsWithSession(controller, handler),
});

function takesTheResponse(controller: NewableFunction, method: string): boolean {
  const takes = parametersOf(controller, method).some(([key]) => RESPONSE_OR_NEXT.test(key));
  return takes && !Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, method);
}

const SESSION = `${RouteParamtypes.SESSION}:`;

/** Whether a method takes the session by Nest's own `@Session()`. */
export const takesNestSession = (controller: NewableFunction, method: string): boolean =>
  parametersOf(controller, method).some(([key]) => key.startsWith(SESSION));

/** What Nest was told about the decorated parameters of a method, by Nest's own keys. */
export function parametersOf(
  controller: NewableFunction,
  method: string,
): readonly (readonly [key: string, parameter: { readonly pipes?: readonly unknown[] }])[] {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method);
  return Object.entries((parameters as Record<string, { pipes?: readonly unknown[] }> | undefined) ?? {});
}
