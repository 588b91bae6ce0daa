import { Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { metrics } from '@opentelemetry/api';
import { everySessionEvents } from '../every-session-events.js';
import { SessionMetrics } from './session-metrics.js';

/** The name of the instrumentation scope. */
const SCOPE = 'nestjs-sessions';

/**
 * Counts what happens to the sessions of an app, and measures its store, in the metrics of OpenTelemetry.
 *
 * Takes the meter provider that is registered when the app starts; without one it does nothing. Register the SDK before the app, as
 * OpenTelemetry asks for anyway: `node --import ./telemetry.mjs dist/main.js`.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { SessionModule } from 'nestjs-sessions';
 * import { SessionMetricsModule } from 'nestjs-sessions/opentelemetry';
 *
 * @Module({ imports: [SessionModule.forRoot(), SessionMetricsModule] })
 * export class AppModule {}
 * ```
 */
@Module({})
export class SessionMetricsModule implements OnModuleInit {
  constructor(private readonly app: ModuleRef) {}

  /** Subscribes to the events of every `SessionModule` of the app. */
  onModuleInit(): void {
    const recorded = new SessionMetrics(metrics.getMeter(SCOPE));
    for (const events of everySessionEvents(this.app)) {
      events.subscribe((event) => recorded.count(event));
      events.operations.subscribe((operation) => recorded.time(operation));
    }
  }
}
