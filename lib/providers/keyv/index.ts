export { fromKeyv, KeyvSessionProvider } from './keyv-session-provider.js';
export type { KeyvStore } from './keyv.js';
