import type { IncomingMessage, ServerResponse } from 'node:http';
import { sessionPropertyTaken } from '../../errors/use.js';
import { RequestContext } from '../../http/request-context.js';
import type { PlatformRequest } from '../../http/request-facts.js';
import type { SessionRuntime } from '../../http/session-runtime.js';
import { enterScope, type Next } from './enter-scope.js';
import {
  assignSession,
  defineCompanions,
  EXPRESS_PROPERTIES,
  readSession,
  sessionProperty,
} from './session-property.js';

type RawBearer = PlatformRequest & { readonly raw: IncomingMessage };

/** What of a Fastify instance is used. */
export interface FastifyApp {
  hasRequestDecorator(name: string): boolean;
  decorateRequest(
    name: string,
    property: { getter(this: RawBearer): unknown; setter?(this: RawBearer, value: unknown): void },
  ): unknown;
  addHook(
    name: 'onRequest',
    hook: (request: RawBearer, reply: { readonly raw: ServerResponse }, done: Next) => void,
  ): unknown;
}

/** How Nest adds middleware that runs on raw requests. */
export type UseMiddleware = (
  middleware: (req: IncomingMessage, res: ServerResponse, next: Next) => void,
) => unknown;

/**
 * Gives every request of a Fastify instance its context, before guards and before any other middleware.
 *
 * Twice, and the first to run makes the context: Nest's middleware runs in a hook of its own, which stands before ours when the app
 * comes from `NestFactory` and behind it in a testing module. Only our hook knows what Fastify makes of the request.
 */
export function hookFastify(app: FastifyApp, runtimes: readonly SessionRuntime[], use: UseMiddleware): void {
  if (app.hasRequestDecorator('session')) throw sessionPropertyTaken('A Fastify plugin');
  app.decorateRequest('session', {
    getter() {
      return readSession(this.raw);
    },
    setter(value) {
      assignSession(this.raw, value);
    },
  });
  if (runtimes[0]?.parts.expressCompatible) decorateCompanions(app);
  use((req, res, next) => enterScope(attachRaw(req, res, runtimes), next));
  app.addHook('onRequest', (request, reply, done) => {
    const context = attachRaw(request.raw, reply.raw, runtimes);
    context.platform = request;
    enterScope(context, done);
  });
}

function attachRaw(
  req: IncomingMessage,
  res: ServerResponse,
  runtimes: readonly SessionRuntime[],
): RequestContext {
  Object.defineProperty(req, 'session', sessionProperty);
  if (runtimes[0]?.parts.expressCompatible) defineCompanions(req);
  const context = RequestContext.attach(req, res, runtimes);
  context.onFastify = true;
  return context;
}

function decorateCompanions(app: FastifyApp): void {
  for (const [name, read] of EXPRESS_PROPERTIES) {
    app.decorateRequest(name, {
      getter() {
        return read(this.raw);
      },
    });
  }
}
