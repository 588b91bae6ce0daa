import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestContext } from '../../http/request-context.js';
import type { SessionRuntime } from '../../http/session-runtime.js';
import { enterScope, type Next } from './enter-scope.js';
import { defineCompanions, sessionProperty } from './session-property.js';

/** What of an Express app is used. */
export interface ExpressApp {
  /** The prototype of its requests. */
  readonly request: object;
  use(handler: (req: IncomingMessage, res: ServerResponse, next: Next) => void): unknown;
}

/** Gives every request of an Express app its context, before any other middleware. */
export function hookExpress(app: ExpressApp, runtimes: readonly SessionRuntime[]): void {
  Object.defineProperty(app.request, 'session', sessionProperty);
  app.use((req, res, next) => enterScope(RequestContext.attach(req, res, runtimes), next));
}

/** Puts beside `session` what `session.express_compatible` promises. */
export const companionsOnExpress = (app: ExpressApp): void => defineCompanions(app.request);
