import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  Optional,
} from '@nestjs/common';
import { allowedOrigins, type CrossSiteOptions } from '../../http/cross-site/allowed-origins.js';
import { type AskedRequest, crossSiteFacts } from '../../http/cross-site/cross-site-facts.js';
import { decideCrossSite } from '../../http/cross-site/decide-cross-site.js';
import { refusalOf } from '../../http/cross-site/refusal.js';
import { graphqlRequest, isSubscription } from '../graphql-request.js';
import { allowsCrossSite } from './allow-cross-site.decorator.js';

/** The {@link CrossSiteOptions} of a guard that Nest makes; without a provider of it, no other origin is allowed. */
export const CROSS_SITE_OPTIONS: unique symbol = Symbol('CROSS_SITE_OPTIONS');

/**
 * Refuses requests that another site's page makes a browser send, before anything of the session is loaded: 403, with a sentence that says
 * which header decided. The rules are those of `app.enableCsrfProtection()`; where Nest has that (12.1 and later), prefer it: it also covers
 * middleware, and runs before the body is read.
 *
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { APP_GUARD } from '@nestjs/core';
 * import { CROSS_SITE_OPTIONS, CrossSiteGuard } from 'nestjs-sessions';
 *
 * @Module({
 *   providers: [
 *     { provide: APP_GUARD, useClass: CrossSiteGuard },
 *     { provide: CROSS_SITE_OPTIONS, useValue: { allowedOrigins: ['https://admin.example.com'] } },
 *   ],
 * })
 * export class AppModule {}
 * ```
 *
 * Also by hand, `new CrossSiteGuard({ … })`, for `app.useGlobalGuards()` and `@UseGuards()`. {@link AllowCrossSite} opens a handler. Guards run
 * for HTTP and GraphQL handlers; a message over a socket or a queue has no origin: see {@link WebSocketOrigins}.
 *
 * @throws SessionError CONFIG_INVALID when it is made.
 */
@Injectable()
export class CrossSiteGuard implements CanActivate {
  readonly #allowed: ReadonlySet<string>;

  constructor(@Optional() @Inject(CROSS_SITE_OPTIONS) options: CrossSiteOptions = {}) {
    this.#allowed = allowedOrigins(options, { name: 'CrossSiteGuard', keys: ['allowedOrigins'] });
  }

  canActivate(context: ExecutionContext): boolean {
    const type: string = context.getType();
    if (type === 'graphql') return this.#admitsOperation(context);
    return type !== 'http' || this.#admits(context, context.switchToHttp().getRequest<AskedRequest>());
  }

  /** A GraphQL server that hides its requests gets no mutation past: it would be a hole that nobody sees. */
  #admitsOperation(context: ExecutionContext): boolean {
    const request = graphqlRequest(context);
    if (request) return this.#admits(context, request);
    if (isSubscription(context) || allowsCrossSite(context)) return true;
    throw new ForbiddenException(
      'The GraphQL context holds no request to check. Fix: let it have one, context: ({ req }) => ({ req }).',
    );
  }

  #admits(context: ExecutionContext, request: AskedRequest): boolean {
    const decision = decideCrossSite(crossSiteFacts(request), this.#allowed);
    if (decision.allowed || allowsCrossSite(context)) return true;
    throw new ForbiddenException(refusalOf(decision.reason));
  }
}
