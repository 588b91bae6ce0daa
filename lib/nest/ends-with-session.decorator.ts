import { applyDecorators, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { UseSession } from './use-session.decorator.js';

const ENDS = 'nestjs-sessions:ends-with-session';

/**
 * For a handler that keeps its client waiting, such as long polling: it is answered with SESSION_GONE (409) as soon as the session dies
 * or gets a new token at a change of privilege, on whichever process. Streams of `@Sse()` that use the session end by themselves.
 */
export const EndsWithSession = (): MethodDecorator & ClassDecorator =>
  applyDecorators(UseSession(), SetMetadata(ENDS, true));

/** Whether the handler or its class said {@link EndsWithSession}. */
export const endsWithSession = (context: ExecutionContext): boolean =>
  Reflect.hasMetadata(ENDS, context.getHandler()) || Reflect.hasMetadata(ENDS, context.getClass());
