import { sessionPropertyTaken } from '../../errors/use.js';
import { RequestContext } from '../../http/request-context.js';
import type { Session } from '../../session/session.js';

/** What `request.session` answers: the request's session, so that Nest's `@Session()`, middleware and ours see one and the same. */
export const readSession = (request: unknown): Session | undefined => RequestContext.of(request)?.session;

export function refuseSession(): never {
  throw sessionPropertyTaken('Another session middleware or plugin');
}

/** `request.session` on a raw request, or on the prototype of all requests of an app. */
export const sessionProperty: PropertyDescriptor & ThisType<unknown> = {
  configurable: true,
  enumerable: false,
  get() {
    return readSession(this);
  },
  set: refuseSession,
};
