import { type NestInterceptor, UseInterceptors } from '@nestjs/common';
import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { sessionInterceptor } from './session-interceptor.js';

/**
 * Loads the session before the handler runs, so that every service which the handler calls can use it synchronously. On a class, for
 * all of its handlers. `@CurrentSession()`, `@SessionParam()` and Nest's own `@Session()` imply it.
 */
export const UseSession =
  (): MethodDecorator & ClassDecorator =>
  (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (key === undefined) markClass(target as NewableFunction);
    else markFunction(descriptor?.value as object, sessionInterceptor);
  };

const USES_SESSION = 'nestjs-sessions:uses';

/**
 * Marks a handler as one that uses the session; marking it twice is no mistake. The method is marked as well as the function,
 * because another decorator may put a function of its own in the method's place: see {@link isMarked}.
 */
export function markHandler(
  target: object,
  key: string | symbol,
  interceptor: NestInterceptor = sessionInterceptor,
): void {
  if (interceptor === sessionInterceptor) Reflect.defineMetadata(USES_SESSION, true, target, key);
  markFunction((target as Record<string | symbol, object>)[key] as object, interceptor);
}

/** Whether a parameter of the method, its own or inherited, asked for the session. */
export const isMarked = (prototype: object, key: string): boolean =>
  Reflect.hasMetadata(USES_SESSION, prototype, key);

/** Marks every handler of a controller, by the interceptor that loads the session for them. */
export function markClass(
  controller: NewableFunction,
  interceptor: NestInterceptor = sessionInterceptor,
): void {
  if (!isBound(controller, interceptor)) UseInterceptors(interceptor)(controller);
}

function markFunction(handler: object, interceptor: NestInterceptor): void {
  if (isBound(handler, interceptor) || isBound(handler, sessionInterceptor)) return;
  UseInterceptors(interceptor)(handler, 'handler', { value: handler });
}

function isBound(target: object, interceptor: NestInterceptor): boolean {
  const bound: unknown = Reflect.getOwnMetadata(INTERCEPTORS_METADATA, target);
  return Array.isArray(bound) && bound.includes(interceptor);
}
