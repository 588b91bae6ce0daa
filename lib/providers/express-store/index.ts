export { ExpressStoreSessionProvider, fromExpressStore } from './express-store-session-provider.js';
export { Store } from './store-class.js';
export type {
  ExpressSessionCookie,
  ExpressSessionDocument,
  ExpressStore,
  ExpressStoreCallback,
} from './express-store.js';
