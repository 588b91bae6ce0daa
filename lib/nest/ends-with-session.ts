import { type CustomDecorator, SetMetadata } from '@nestjs/common';

const ENDS = 'nestjs-sessions:ends-with-session';

/** Marks a handler, or all handlers of a class, as one whose answer is cut short by the end of its session. */
export const markEnding = (): CustomDecorator => SetMetadata(ENDS, true);

/** Whether the handler or its class is marked so. */
export const endsWithSession = (controller: NewableFunction, handler: NewableFunction): boolean =>
  Reflect.hasMetadata(ENDS, handler) || Reflect.hasMetadata(ENDS, controller);
