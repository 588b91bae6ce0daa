import type { ExecutionContext } from '@nestjs/common';
import { noRequest } from '../errors/use.js';
import { RequestContext } from '../http/request-context.js';
import type { Session } from '../session/session.js';

/** All that is known of the request that an execution context is about. @throws SessionError NO_REQUEST */
export function requestContextOf(context: ExecutionContext): RequestContext {
  const current = RequestContext.of(context.switchToHttp().getRequest());
  if (!current) throw noRequest();
  return current;
}

/** The session of the request that an execution context is about. @throws SessionError NO_REQUEST */
export const sessionOf = (context: ExecutionContext): Session => requestContextOf(context).session;
