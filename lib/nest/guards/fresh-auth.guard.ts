import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { type AuthenticationDemand, freshAuthRequired } from '../../errors/access.js';
import { meets } from '../../session/authentication-demand.js';
import { bearerOf } from '../session-bearer-of.js';
import { SessionGuard } from './session.guard.js';
import { unauthorized } from './unauthorized.js';

/** {@link SessionGuard}, and the login has to be fresh and strong enough; else the answer asks for a step-up (RFC 9470). */
export class FreshAuthGuard implements CanActivate {
  readonly #anybody = new SessionGuard();

  constructor(private readonly demand: AuthenticationDemand) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.#anybody.canActivate(context);
    const bearer = bearerOf(context);
    if (meets(bearer.session, this.demand, bearer.now())) return true;
    throw this.#stepUp(context);
  }

  /** The status and the header by which a client knows that another login helps, and what kind of. */
  #stepUp(context: ExecutionContext): Error {
    const { maxAge, amr } = this.demand;
    const cause = freshAuthRequired(this.demand);
    const seconds = maxAge === undefined ? undefined : Math.floor(maxAge / 1000);
    bearerOf(context).challenge('WWW-Authenticate', challenge(seconds, amr));
    const asked = { ...(seconds === undefined ? {} : { maxAge: seconds }), ...(amr ? { amr } : {}) };
    return unauthorized(context, cause, { message: 'A fresh login is required.', ...asked });
  }
}

const challenge = (maxAge: number | undefined, amr: readonly string[] = []): string =>
  [
    'Session error="insufficient_user_authentication"',
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
    ...(amr.length === 0 ? [] : [`amr_values="${amr.join(' ')}"`]),
  ].join(', ');
