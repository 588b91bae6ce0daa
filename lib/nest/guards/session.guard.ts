import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { sessionRequired } from '../../errors/access.js';
import { sessionOf } from '../session-bearer-of.js';

/**
 * Lets a request pass whose session belongs to somebody who is logged in; answers 401 otherwise, and 503 when the store cannot say
 * (law F1). Works beside other guards; as an `APP_GUARD` it makes every route ask for a login.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const session = await sessionOf(context).load();
    if (session.isAuthenticated) return true;
    const cause = sessionRequired();
    throw new UnauthorizedException(
      { statusCode: 401, code: cause.code, message: 'Unauthorized' },
      { cause },
    );
  }
}
