import { type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';

const ALLOWS = 'nestjs-sessions:allow-cross-site';

/**
 * Opens a handler, or all handlers of a class, to requests from anywhere: for a webhook, or a form that an identity provider posts. Such
 * a handler must know by something else than a cookie who is asking: a signature, a `state` that it gave out itself.
 */
export const AllowCrossSite = (): CustomDecorator => SetMetadata(ALLOWS, true);

/** Whether the handler or its class said {@link AllowCrossSite}. */
export const allowsCrossSite = (context: ExecutionContext): boolean =>
  Reflect.hasMetadata(ALLOWS, context.getHandler()) || Reflect.hasMetadata(ALLOWS, context.getClass());
