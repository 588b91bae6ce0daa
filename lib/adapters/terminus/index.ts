/**
 * A health indicator for @nestjs/terminus.
 *
 * @module nestjs-sessions/terminus
 */

export { SessionHealthIndicator } from './session-health.indicator.js';
export type { SessionHealth, SessionHealthOptions } from './session-health.indicator.js';
