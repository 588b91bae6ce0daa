import type { SessionManager } from '../../session/session-manager.js';
import type { ExpressSessionOwner } from './express-session.js';
import { type ExpressCallback, tell } from './told.js';

const ignore: ExpressCallback = () => undefined;

/** `request.sessionStore`, as far as others than express-session itself call it. Ids are public here: they open nothing. */
export interface ExpressSessionStore {
  regenerate(request: unknown, callback?: ExpressCallback): void;
  /** Ends a session by its id, whoever's it is. */
  destroy(id: string, callback?: ExpressCallback): void;
}

export const sessionStore = (owner: ExpressSessionOwner, manager: SessionManager): ExpressSessionStore => ({
  regenerate: (_, callback = ignore) => tell(owner.regenerate([]), callback),
  destroy: (id, callback = ignore) =>
    tell(id === owner.id ? owner.destroy() : manager.end(id, 'revoked'), callback),
});
