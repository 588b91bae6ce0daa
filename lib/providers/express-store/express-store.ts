/** How a store for express-session answers. Nothing of it can be relied on: some call back at once, twice, or never. */
export type ExpressStoreCallback = (error?: unknown, session?: unknown) => void;

/**
 * A store for express-session, as far as a bridge calls it. Its `touch`, `all` and the like are left alone: they differ too much from
 * store to store.
 */
export interface ExpressStore {
  /** Called with the session, with nothing, or with an error, of which some mean nothing (`ENOENT`). */
  get(sid: string, callback: ExpressStoreCallback): unknown;
  /** Writes over whatever is there. */
  set(sid: string, session: ExpressSessionDocument, callback: ExpressStoreCallback): unknown;
  /** A session that is not there is no error, to most. */
  destroy(sid: string, callback: ExpressStoreCallback): unknown;
}

/** What `set` is given: plain data, where others hand over the live session of a request. */
export interface ExpressSessionDocument {
  readonly cookie: ExpressSessionCookie;
}

/** From which stores tell how long to keep a session, each from another field. None of it reaches a client. */
export interface ExpressSessionCookie {
  /** Milliseconds, of which session-file-store takes the age. */
  readonly originalMaxAge: number;
  /** Milliseconds, of which memorystore takes the age. */
  readonly maxAge: number;
  /** By the clock of this machine; what the others take. */
  readonly expires: Date;
  readonly httpOnly: boolean;
  readonly path: string;
}
