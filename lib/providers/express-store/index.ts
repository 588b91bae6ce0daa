/**
 * Sessions in any store for express-session.
 *
 * @module nestjs-sessions/express-store
 */

export { ExpressStoreSessionProvider, fromExpressStore } from './express-store-session-provider.js';
export { Store } from './store-class.js';
export type {
  ExpressSessionCookie,
  ExpressSessionDocument,
  ExpressStore,
  ExpressStoreCallback,
} from './express-store.js';
