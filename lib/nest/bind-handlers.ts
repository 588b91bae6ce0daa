import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { everywhereInterceptor, tolerantInterceptor } from './session-interceptor.js';
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
  for (const { controllers } of modules.values()) {
    for (const { metatype } of controllers.values()) {
      if (typeof metatype !== 'function') continue;
      markSessionParameters(metatype);
      if (everywhere) markClass(metatype, everywhereInterceptor);
    }
  }
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
