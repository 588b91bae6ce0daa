import { ENTRY_PROVIDER_WATERMARK, INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { everywhereInterceptor, sessionInterceptor, tolerantInterceptor } from './session-interceptor.js';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { takesNestSession } from './handler-facts.js';
import { commitsByItself } from './committing-handler.js';
import { spareInterceptor } from './plain-handlers.js';
import { isMarked, markClass, markHandler } from './use-session.decorator.js';

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
    if (everywhere) continue;
    for (const { metatype } of controllers.values())
      if (typeof metatype === 'function') spareInterceptors(metatype);
  }
}

function spareInterceptors(controller: NewableFunction): void {
  for (const method of new MetadataScanner().getAllMethodNames(controller.prototype as object))
    spareInterceptor(controller, method);
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
  const handlers = prototype as Record<string, object>;
  for (const method of new MetadataScanner().getAllMethodNames(prototype)) {
    if (isMarked(prototype, method) && !commitsByItself(handlers[method] as object))
      markHandler(prototype, method);
    if (takesNestSession(controller, method)) markHandler(prototype, method, tolerantInterceptor);
  }
}
