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
  const handler = context.getHandler();
  let ofClass = known.get(controller);
  if (!ofClass) known.set(controller, (ofClass = new Map<unknown, HandlerFacts>()));
  let facts = ofClass.get(handler);
  if (!facts) ofClass.set(handler, (facts = readFacts(context)));
  return facts;
}

const readFacts = (context: ExecutionContext): HandlerFacts => ({
  answersItself: takesTheResponse(context.getClass(), context.getHandler().name),
  streamsEvents: Reflect.hasMetadata(SSE_METADATA, context.getHandler()),
  endsWithSession: endsWithSession(context),
});

function takesTheResponse(controller: NewableFunction, method: string): boolean {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method);
  const takes = Object.keys((parameters as object | undefined) ?? {}).some((key) =>
    RESPONSE_OR_NEXT.test(key),
  );
  return takes && !Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, method);
}
