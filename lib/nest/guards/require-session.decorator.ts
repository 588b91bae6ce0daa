import { applyDecorators } from '@nestjs/common';
import { UseSession } from '../use-session.decorator.js';
import { SessionGuard } from './session.guard.js';
import { useGuardFirst } from './use-guard-first.js';

/**
 * Lets only those reach the handler, or the handlers of the class, who are logged in: by `session.login()`, or by the key that
 * `session.principals.user_key` names. Everybody else gets 401 with the code SESSION_REQUIRED. The session is loaded for the
 * handler.
 */
export const RequireSession = (): MethodDecorator & ClassDecorator =>
  applyDecorators(UseSession(), useGuardFirst(SessionGuard));
