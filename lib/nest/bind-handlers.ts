import {
  ENTRY_PROVIDER_WATERMARK,
  INTERCEPTORS_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { everywhereInterceptor, sessionInterceptor, tolerantInterceptor } from './session-interceptor.js';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { isMarked, markClass, markHandler } from './use-session.decorator.js';

const NEST_SESSION_PARAMETER = `${RouteParamtypes.SESSION}:`;

/**
 * Binds the session's interceptor to the handlers that ask for the session by Nest's own `@Session()`, or to all of them; and again
 * to those that asked by our decorators, in case another decorator wrapped them since.
 *
 * Has to run while providers are made: Nest reads the interceptors of a handler when it registers the routes, before
 * `onModuleInit`.
 */
export function bindHandlers(modules: ModulesContainer, everywhere: boolean): void {
  for (const { controllers, providers } of modules.values()) {
    const classes = [...controllers.values(), ...[...providers.values()].filter(answersClients)];
    for (const { metatype } of classes) {
      if (typeof metatype !== 'function') continue;
      markSessionParameters(metatype);
      if (everywhere) markClass(metatype, everywhereInterceptor);
    }
  }
}

/** What `@WebSocketGateway()` leaves on a class. Written out: an app without gateways need not have the package that has it. */
const GATEWAY = 'websockets:is_gateway';

export const isGateway = (type: NewableFunction): boolean => Reflect.hasMetadata(GATEWAY, type);

/** Resolvers and gateways are providers; Nest marks the former as those that a client can reach. */
const answersClients = ({ metatype }: InstanceWrapper): boolean =>
  typeof metatype === 'function' &&
  (Reflect.hasMetadata(ENTRY_PROVIDER_WATERMARK, metatype) || isGateway(metatype));

/** Whether a class, or a handler of it, says that it uses the session. */
export function usesSession(type: NewableFunction): boolean {
  const prototype = type.prototype as Record<string, object>;
  return (
    isBound(type) ||
    new MetadataScanner()
      .getAllMethodNames(prototype)
      .some((method) => isMarked(prototype, method) || isBound(prototype[method]))
  );
}

function isBound(target: object | undefined): boolean {
  const bound: unknown = target && Reflect.getMetadata(INTERCEPTORS_METADATA, target);
  return Array.isArray(bound) && bound.includes(sessionInterceptor);
}

function markSessionParameters(controller: NewableFunction): void {
  const prototype = controller.prototype as object;
  for (const method of new MetadataScanner().getAllMethodNames(prototype)) {
    if (isMarked(prototype, method)) markHandler(prototype, method);
    const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method);
    const keys = Object.keys((parameters as object | undefined) ?? {});
    if (keys.some((key) => key.startsWith(NEST_SESSION_PARAMETER)))
      markHandler(prototype, method, tolerantInterceptor);
  }
}
