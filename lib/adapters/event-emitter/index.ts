export { SessionEventEmitterModule } from './session-event-emitter.module.js';
export type { SessionEventName } from './session-event-emitter.module.js';
