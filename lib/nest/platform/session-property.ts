import { sessionPropertyTaken } from '../../errors/use.js';
import { RequestContext } from '../../http/request-context.js';

/** What `request.session` answers: the request's session, so that Nest's `@Session()`, middleware and ours see one and the same. */
export function readSession(request: unknown): unknown {
  const context = RequestContext.of(request);
  return context?.express ? context.express.session : context?.session;
}

/** @throws SessionError SESSION_PROPERTY_TAKEN, save for what `session.express_compatible` allows */
export function assignSession(request: unknown, value: unknown): void {
  const express = RequestContext.of(request)?.express;
  if (!express) throw sessionPropertyTaken('Another session middleware or plugin');
  express.assign(value);
}

/** `request.session` on a raw request, or on the prototype of all requests of an app. */
export const sessionProperty: PropertyDescriptor & ThisType<unknown> = {
  configurable: true,
  enumerable: false,
  get() {
    return readSession(this);
  },
  set(value) {
    assignSession(this, value);
  },
};

type Getter = (request: unknown) => unknown;

/** What else stands on a request beside `session`, with `session.express_compatible`. */
export const EXPRESS_PROPERTIES: readonly (readonly [name: string, read: Getter])[] = [
  ['sessionID', (request) => RequestContext.of(request)?.express?.id],
  ['sessionStore', (request) => RequestContext.of(request)?.express?.store],
];

/** Puts them on a request, or on the prototype of all requests of an app. */
export function defineCompanions(request: object): void {
  for (const [name, read] of EXPRESS_PROPERTIES) {
    Object.defineProperty(request, name, {
      configurable: true,
      get() {
        return read(this);
      },
    });
  }
}
