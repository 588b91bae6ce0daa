import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { sessionRequired } from '../../errors/access.js';
import type { Session } from '../../session/session.js';
import { sessionOf } from '../session-bearer-of.js';
import { inWordsOf } from '../web-socket/ws-exception.js';
import { unauthorized } from './unauthorized.js';

/**
 * Lets a request pass whose session belongs to somebody who is logged in; answers 401 otherwise, and 503 when the store cannot say
 * (law F1). Works beside other guards; as an `APP_GUARD` it makes every route ask for a login.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if ((await loaded(context)).isAuthenticated) return true;
    throw unauthorized(context, sessionRequired(), { message: 'Unauthorized' });
  }
}

/** A guard of a gateway runs before the interceptor that puts an outage into words for a socket. */
async function loaded(context: ExecutionContext): Promise<Session> {
  try {
    return await sessionOf(context).load();
  } catch (error) {
    throw inWordsOf(context, error);
  }
}
