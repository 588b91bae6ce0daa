export { SessionMetricsModule } from './session-metrics.module.js';
