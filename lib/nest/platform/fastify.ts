import type { IncomingMessage, ServerResponse } from 'node:http';
import { sessionPropertyTaken } from '../../errors/use.js';
import { RequestContext } from '../../http/request-context.js';
import type { PlatformRequest } from '../../http/request-facts.js';
import type { SessionRuntime } from '../../http/session-runtime.js';
import { rememberSockets, type SocketRoute } from '../web-socket/upgraded-sockets.js';
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
  addHook(name: 'onRoute', hook: (route: SocketRoute) => void): unknown;
  addHook(name: 'onRegister', hook: (instance: FastifyApp) => void): unknown;
  /** Adds middleware that runs on raw requests; there once the plugin for it is registered. */
  use?(...args: unknown[]): unknown;
}

type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/**
 * Gives every request of a Fastify instance its context, before guards and before any other middleware.
 *
 * In a hook, which knows what Fastify makes of the request. Middleware runs in a hook of a plugin, which stands before ours when the
 * app comes from `NestFactory`, and behind it in a testing module. Where it stands before ours, a middleware of our own is the first
 * there; whichever of the two runs first makes the context. An app without middleware is spared the work of that plugin, which costs
 * more than everything else that we do for a request that does not look at its session.
 */
export function hookFastify(app: FastifyApp, runtimes: readonly SessionRuntime[]): void {
  if (app.hasRequestDecorator('session')) throw sessionPropertyTaken('A Fastify plugin');
  app.decorateRequest('session', {
    getter() {
      return readSession(this.raw);
    },
    setter(value) {
      assignSession(this.raw, value);
    },
  });
  rememberSockets(app);
  useBeforeOthers(app, (req, res, next) => enterScope(attachRaw(req, res, runtimes), next));
  app.addHook('onRequest', (request, reply, done) => {
    const context = attachRaw(request.raw, reply.raw, runtimes);
    context.platform = request;
    enterScope(context, done);
  });
}

/**
 * Adds a middleware when somebody else adds the first one, to the app or to the context of a plugin. Contexts start with the middleware
 * that their parent has by then, and inherit from it.
 */
function useBeforeOthers(app: FastifyApp, middleware: Middleware): void {
  const served = new WeakSet<object>();
  const watch = (instance: FastifyApp): void => {
    const use = instance.use?.bind(instance);
    if (!use) return;
    instance.use = (...args) => {
      instance.use = use;
      served.add(instance);
      use(middleware);
      return use(...args);
    };
  };
  if (!app.use) return;
  watch(app);
  app.addHook('onRegister', (context) => {
    if (served.has(Object.getPrototypeOf(context) as object)) served.add(context);
    else watch(context);
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

/** Puts beside `session` what `session.express_compatible` promises. */
export function companionsOnFastify(app: FastifyApp): void {
  for (const [name, read] of EXPRESS_PROPERTIES) {
    if (app.hasRequestDecorator(name)) continue;
    app.decorateRequest(name, {
      getter() {
        return read(this.raw);
      },
    });
  }
}
