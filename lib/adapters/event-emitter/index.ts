/**
 * Events of sessions for `@OnEvent()` of @nestjs/event-emitter.
 *
 * @module nestjs-sessions/event-emitter
 */

export { SessionEventEmitterModule } from './session-event-emitter.module.js';
export type { SessionEventName } from './session-event-emitter.module.js';
