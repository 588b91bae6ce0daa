import { type CanActivate, type Type, UseGuards } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';

/**
 * As Nest's `@UseGuards()`, but before the guards of the same handler or class that stand in lines below: decorators run from the
 * last line up, and a guard of the app should find out who the user is by a session that is loaded.
 */
export const useGuardFirst =
  (guard: CanActivate | Type<CanActivate>): MethodDecorator & ClassDecorator =>
  (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const holder = (descriptor?.value ?? target) as object;
    const before = (Reflect.getMetadata(GUARDS_METADATA, holder) ?? []) as readonly unknown[];
    if (key === undefined) UseGuards(guard)(target as NewableFunction);
    else UseGuards(guard)(target, key, descriptor as PropertyDescriptor);
    Reflect.defineMetadata(GUARDS_METADATA, [guard, ...before], holder);
  };
