import { applyDecorators } from '@nestjs/common';
import { markEnding } from './ends-with-session.js';
import { UseSession } from './use-session.decorator.js';

/**
 * For a handler that keeps its client waiting, such as long polling: it is answered with SESSION_GONE (409) as soon as the session dies
 * or gets a new token at a change of privilege, on whichever process. Streams of `@Sse()` that use the session end by themselves.
 */
export const EndsWithSession = (): MethodDecorator & ClassDecorator =>
  applyDecorators(UseSession(), markEnding());
