/**
 * Sessions in any Keyv.
 *
 * @module nestjs-sessions/keyv
 */

export { fromKeyv, KeyvSessionProvider } from './keyv-session-provider.js';
export type { KeyvStore } from './keyv.js';
