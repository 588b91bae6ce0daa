import type { IncomingMessage, ServerResponse } from 'node:http';
import { sessionPropertyTaken } from '../../errors/use.js';
import { RequestContext } from '../../http/request-context.js';
import type { PlatformRequest } from '../../http/request-facts.js';
import type { SessionRuntime } from '../../http/session-runtime.js';
import { runInScope } from '../../session/current.js';
import { readSession, refuseSession, sessionProperty } from './session-property.js';

type RawBearer = PlatformRequest & { readonly raw: IncomingMessage };

/** What of a Fastify instance is used. */
export interface FastifyApp {
  hasRequestDecorator(name: string): boolean;
  decorateRequest(
    name: string,
    property: { getter(this: RawBearer): unknown; setter(value: unknown): void },
  ): unknown;
  addHook(
    name: 'onRequest',
    hook: (request: RawBearer, reply: { readonly raw: ServerResponse }, done: () => void) => void,
  ): unknown;
}

/** Gives every request of a Fastify instance its context, before middleware: middie's hook is added later, when Nest initialises. */
export function hookFastify(app: FastifyApp, runtimes: readonly SessionRuntime[]): void {
  if (app.hasRequestDecorator('session')) throw sessionPropertyTaken('A Fastify plugin');
  app.decorateRequest('session', {
    getter() {
      return readSession(this.raw);
    },
    setter: refuseSession,
  });
  app.addHook('onRequest', (request, reply, done) => {
    const context = RequestContext.attach(request.raw, reply.raw, runtimes);
    context.platform = request;
    Object.defineProperty(request.raw, 'session', sessionProperty);
    runInScope(context, done);
  });
}
