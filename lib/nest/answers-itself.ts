import type { ExecutionContext } from '@nestjs/common';
import { RESPONSE_PASSTHROUGH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';

const RESPONSE_OR_NEXT = new RegExp(`^(?:${RouteParamtypes.RESPONSE}|${RouteParamtypes.NEXT}):`);

const known = new WeakMap<object, boolean>();

/**
 * Whether a handler sends its answer by itself, maybe after it has returned: it takes `@Res()` or `@Next()`, and not with
 * `passthrough`. Nest sends nothing for it, by the same rule.
 */
export function answersItself(context: ExecutionContext): boolean {
  const handler = context.getHandler();
  const found = known.get(handler) ?? takesTheResponse(context.getClass(), handler.name);
  known.set(handler, found);
  return found;
}

function takesTheResponse(controller: NewableFunction, method: string): boolean {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method);
  const takes = Object.keys((parameters as object | undefined) ?? {}).some((key) =>
    RESPONSE_OR_NEXT.test(key),
  );
  return takes && !Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, method);
}
