import type { RequestContext } from '../../http/request-context.js';
import { runInScope } from '../../session/current.js';

/** How a platform is told to go on with a request, or to answer an error. */
export type Next = (error?: Error) => void;

/** Runs the rest of a request inside its scope, once there is nothing to wait for. */
export function enterScope(context: RequestContext, next: Next): void {
  const preparing = context.prepare();
  if (!preparing) return runInScope(context, () => next());
  preparing.then(
    () => runInScope(context, () => next()),
    (error: unknown) => runInScope(context, () => next(error as Error)),
  );
}
