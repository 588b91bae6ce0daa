import type { ModulesContainer } from '@nestjs/core';
import type { SessionRuntime } from '../../http/session-runtime.js';
import { isGateway } from '../bind-handlers.js';
import { messageInterceptor } from '../session-interceptor.js';
import { addInOrder } from '../runtime-order.js';
import { markClass } from '../use-session.decorator.js';
import { addApp, type GatewayApp, removeApp } from './gateway-apps.js';
import { hookConnections } from './hook-connections.js';
import { loadWsException } from './ws-exception.js';

const known = new WeakMap<ModulesContainer, GatewayApp>();

/** The gateways of an app, as classes. */
const gatewaysOf = (modules: ModulesContainer): readonly NewableFunction[] =>
  [...modules.values()]
    .flatMap(({ providers }) => [...providers.values()].map(({ metatype }) => metatype))
    .filter((type) => typeof type === 'function')
    .filter(isGateway);

/**
 * Lets the sockets of an app's gateways have sessions of `runtime`. Has to run while providers are made, as `bindHandlers`.
 *
 * @returns what to call at the end of the app
 */
export async function bindGateways(modules: ModulesContainer, runtime: SessionRuntime): Promise<() => void> {
  const gateways = gatewaysOf(modules);
  if (gateways.length === 0) return () => undefined;
  await loadWsException();
  const app = known.get(modules) ?? { modules, runtimes: [] };
  known.set(modules, app);
  addInOrder(app.runtimes, runtime);
  for (const gateway of gateways) {
    markClass(gateway, messageInterceptor);
    if (addApp(gateway, app)) hookConnections(gateway);
  }
  return () => gateways.forEach((gateway) => removeApp(gateway, app));
}
