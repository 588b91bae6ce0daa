import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { loadedSessionOf } from './session-bearer-of.js';
import { markHandler } from './use-session.decorator.js';

const give = createParamDecorator((_data: unknown, context: ExecutionContext) => loadedSessionOf(context));

/** Passes the {@link Session} of the request, loaded, to a parameter of a handler. */
export const CurrentSession =
  (): ParameterDecorator =>
  (target: object, key: string | symbol | undefined, index: number): void => {
    give()(target, key, index);
    if (key !== undefined) markHandler(target, key);
  };
