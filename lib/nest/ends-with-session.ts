import { type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';

const ENDS = 'nestjs-sessions:ends-with-session';

/** Marks a handler, or all handlers of a class, as one whose answer is cut short by the end of its session. */
export const markEnding = (): CustomDecorator => SetMetadata(ENDS, true);

/** Whether the handler or its class is marked so. */
export const endsWithSession = (context: ExecutionContext): boolean =>
  Reflect.hasMetadata(ENDS, context.getHandler()) || Reflect.hasMetadata(ENDS, context.getClass());
