/**
 * Metrics of sessions for OpenTelemetry.
 *
 * @module nestjs-sessions/opentelemetry
 */

export { SessionMetricsModule } from './session-metrics.module.js';
