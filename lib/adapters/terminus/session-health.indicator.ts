import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SessionProvider } from '../../providers/session-provider.js';
import { askStore, type StoreAnswer } from './store-answer.js';

/** How to ask. */
export interface SessionHealthOptions {
  /** How long to wait for an answer, in milliseconds. Default 2000; shorter than the probe that asks. */
  readonly timeoutMs?: number;
}

/** What the answer says, beside the status. */
export interface SessionHealth {
  /** How long the store took, of several the slowest. */
  readonly latencyMs: number;
  /** Present and false when a provider cannot tell whether its store works: `up` means only that the app is up then. */
  readonly checked?: false;
  /** When it is down: a code such as `ECONNREFUSED` or `STORE_TIMEOUT`. Never a message, which may hold a host or a password. */
  readonly reason?: string;
}

const TIMEOUT_MS = 2000;

/**
 * Tells a health check of `@nestjs/terminus` whether the session stores of the app work: `up` when every one answers.
 *
 * For readiness, not for liveness: an app whose store is away for a minute is not mended by a restart.
 *
 * @example
 * ```ts
 * import { Controller, Get, Module } from '@nestjs/common';
 * import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
 * import { SessionHealthIndicator } from 'nestjs-sessions/terminus';
 *
 * @Controller('health')
 * export class HealthController {
 *   constructor(
 *     private readonly health: HealthCheckService,
 *     private readonly sessions: SessionHealthIndicator,
 *   ) {}
 *
 *   @Get('ready')
 *   @HealthCheck()
 *   ready() {
 *     return this.health.check([() => this.sessions.check('sessions')]);
 *   }
 * }
 *
 * @Module({ imports: [TerminusModule], controllers: [HealthController], providers: [SessionHealthIndicator] })
 * export class HealthModule {}
 * ```
 */
@Injectable()
export class SessionHealthIndicator {
  constructor(
    private readonly app: ModuleRef,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /**
   * Asks every session store of the app at once. Nest throws when the app has no `SessionModule`.
   *
   * @param key what the answer calls them
   */
  async check<const Key extends string>(
    key: Key,
    { timeoutMs = TIMEOUT_MS }: SessionHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key, 'up' | 'down', SessionHealth>> {
    const providers = this.app.get(SessionProvider, { strict: false, each: true });
    const answers = await Promise.all(providers.map((provider) => askStore(provider, timeoutMs)));
    const health = healthOf(answers);
    const indicator = this.indicators.check(key);
    return health.reason === undefined ? indicator.up({ ...health }) : indicator.down({ ...health });
  }
}

function healthOf(answers: readonly StoreAnswer[]): SessionHealth {
  const reason = answers.find((answer) => answer.reason !== undefined)?.reason;
  return {
    latencyMs: Math.max(...answers.map((answer) => answer.latencyMs)),
    ...(answers.every(({ checked }) => checked) ? {} : { checked: false }),
    ...(reason === undefined ? {} : { reason }),
  };
}
