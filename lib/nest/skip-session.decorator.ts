import { type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';

const SKIP = 'nestjs-sessions:skip';

/**
 * Leaves a handler, or all handlers of a class, out of `session.interceptor: all`: the session is not loaded for them.
 * On a handler that asks for the session by another decorator it has no effect worth having; remove one of the two.
 */
export const SkipSession = (): CustomDecorator => SetMetadata(SKIP, true);

/** Whether the handler or its class said {@link SkipSession}. */
export const skipsSession = (context: ExecutionContext): boolean =>
  Reflect.hasMetadata(SKIP, context.getHandler()) || Reflect.hasMetadata(SKIP, context.getClass());
