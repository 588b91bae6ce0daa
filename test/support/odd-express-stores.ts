import type {
  ExpressSessionDocument,
  ExpressStore,
  ExpressStoreCallback,
} from '../../lib/providers/express-store/index.js';

/** A store that calls back before its method returns, and keeps sessions as JSON, for ever. */
export class SyncStore implements ExpressStore {
  readonly sessions = new Map<string, string>();

  get(sid: string, callback: ExpressStoreCallback): unknown {
    const json = this.sessions.get(sid);
    return callback(null, json === undefined ? null : JSON.parse(json));
  }

  set(sid: string, session: ExpressSessionDocument, callback: ExpressStoreCallback): unknown {
    this.sessions.set(sid, JSON.stringify(session));
    return callback(null);
  }

  destroy(sid: string, callback: ExpressStoreCallback): unknown {
    this.sessions.delete(sid);
    return callback(null);
  }
}

/** Calls back from inside of its own `try`, so that an error of the caller makes it call back again, with that error. */
export class TwiceStore extends SyncStore {
  /** What it took for its own errors. */
  readonly caught: unknown[] = [];

  override get(sid: string, callback: ExpressStoreCallback): void {
    try {
      super.get(sid, callback);
    } catch (error) {
      this.caught.push(error);
      callback(error);
      return;
    }
    callback(new Error('This is the second call.'));
  }
}

/** Keeps, changes and hands out the object that it was given. */
export class LiveStore implements ExpressStore {
  readonly sessions = new Map<string, ExpressSessionDocument>();
  /** Every object that it was given. */
  readonly given: ExpressSessionDocument[] = [];

  get(sid: string, callback: ExpressStoreCallback): void {
    setImmediate(callback, null, this.sessions.get(sid));
  }

  set(sid: string, session: ExpressSessionDocument, callback: ExpressStoreCallback): void {
    this.given.push(session);
    this.sessions.set(sid, Object.assign(session, { __lastAccess: Date.now(), lastModified: new Date() }));
    setImmediate(callback, null);
  }

  destroy(sid: string, callback: ExpressStoreCallback): void {
    this.sessions.delete(sid);
    setImmediate(callback, null);
  }
}

/** Never calls back about a session that it does not have. */
export class SilentStore extends SyncStore {
  override get(sid: string, callback: ExpressStoreCallback): unknown {
    return this.sessions.has(sid) ? super.get(sid, callback) : undefined;
  }
}

/** A store with some methods of another, such as one that fails. */
export const withMethods = (store: ExpressStore, methods: Partial<ExpressStore>): ExpressStore => ({
  get: (sid, callback) => store.get(sid, callback),
  set: (sid, session, callback) => store.set(sid, session, callback),
  destroy: (sid, callback) => store.destroy(sid, callback),
  ...methods,
});
