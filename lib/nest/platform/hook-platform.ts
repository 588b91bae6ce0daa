import type { HttpAdapterHost } from '@nestjs/core';
import type { SessionRuntime } from '../../http/session-runtime.js';
import { rememberServer } from './server-runtimes.js';
import { addInOrder } from '../runtime-order.js';
import { companionsOnExpress, hookExpress } from './express.js';
import { companionsOnFastify, hookFastify } from './fastify.js';

/** The runtimes of each HTTP adapter: two modules in one app share a hook, two apps in one process share nothing. */
const runtimesOf = new WeakMap<object, SessionRuntime[]>();

/**
 * Lets the requests of an app's HTTP adapter have sessions of `runtime`.
 *
 * Nest's testing module makes providers before there is an adapter, and an application context never has one: then the hook waits
 * for the adapter, or is never set. Answers what to call when the app initialises: it throws what went wrong until then, as
 * nobody could catch that where the adapter is announced.
 */
export function hookPlatform(host: HttpAdapterHost, runtime: SessionRuntime): () => void {
  const failures: unknown[] = [];
  const hasAdapter = (): boolean => Boolean(host.httpAdapter as object | null | undefined);
  if (hasAdapter()) hookAdapter(host, runtime);
  else {
    host.init$.subscribe(() => {
      try {
        if (hasAdapter()) hookAdapter(host, runtime);
      } catch (error) {
        failures.push(error);
      }
    });
  }
  return () => {
    for (const failure of failures) throw failure;
    const runtimes = hasAdapter() && runtimesOf.get(host.httpAdapter);
    if (runtimes) rememberServer(host.httpAdapter.getHttpServer(), runtimes);
  };
}

function hookAdapter({ httpAdapter }: HttpAdapterHost, runtime: SessionRuntime): void {
  const known = runtimesOf.get(httpAdapter);
  const runtimes = known ?? [];
  if (addInOrder(runtimes, runtime)) warnOfDouble(runtime);
  runtimesOf.set(httpAdapter, runtimes);
  const instance: unknown = httpAdapter.getInstance();
  const { hook, addCompanions } = httpAdapter.getType() === 'fastify' ? FASTIFY : EXPRESS;
  if (!known) hook(instance as never, runtimes);
  if (runtime.parts.expressCompatible) addCompanions(instance as never);
}

const EXPRESS = { hook: hookExpress, addCompanions: companionsOnExpress };
const FASTIFY = { hook: hookFastify, addCompanions: companionsOnFastify };

function warnOfDouble({ cookieName, parts }: SessionRuntime): void {
  parts.warn(
    `SessionModule.forRoot() is imported twice with the cookie "${cookieName}"; the first one serves the requests. ` +
      'Fix: import it once, in the root module, or give the second one a cookie name of its own.',
  );
}
