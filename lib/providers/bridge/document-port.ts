import type { StoredRecord } from '../atomic-session-store.js';

/** The one key of ours in a document; no key of a user ever stands beside it. */
const RECORD_KEY = '__session';

/** A session as a foreign store sees it. A store may add keys of its own beside ours. */
export interface SessionDocument {
  readonly [RECORD_KEY]: StoredRecord;
}

/**
 * All that a bridge needs of a foreign store. Each call settles once, on a stack of its own, and rejects when the store failed: an
 * outage must never pass for a missing session.
 */
export interface DocumentPort {
  /** What stands there, whoever wrote it; `undefined` when there is nothing, {@link UNREADABLE} when nobody can tell. */
  get(id: string): Promise<unknown>;
  /**
   * Writes the document, whatever stood there.
   *
   * @param document new with each call, so that the store may keep it and change it.
   * @param life milliseconds from now after which the store may forget it; at least 1.
   */
  set(id: string, document: SessionDocument, life: number): Promise<void>;
  /** Removing what is not there is no error. */
  delete(id: string): Promise<void>;
}

/**
 * Wraps a record, which stays the text that the core wrote. As a text it comes back unchanged from any store: one that renames keys
 * with dots, that turns strings into dates, that knows no U+0000.
 */
export const documentOf = ({ text, deadline }: StoredRecord): SessionDocument => ({
  [RECORD_KEY]: { text, deadline },
});

/**
 * What a port answers for a document that its store cannot parse: a record that the core takes for corrupt, with an event, and for
 * absent (law F3).
 */
export const UNREADABLE: SessionDocument = documentOf({ text: '', deadline: Infinity });

/** Whether a store failed because of what it found, and not to find it. The error may come from another realm. */
export const isParseError = (error: unknown): boolean => isObject(error) && error['name'] === 'SyntaxError';

/** The record in what a store gave back, without a reference to it; `undefined` for a document that is not ours. */
export function recordIn(document: unknown): StoredRecord | undefined {
  const record = isObject(document) ? document[RECORD_KEY] : undefined;
  if (!isObject(record)) return undefined;
  const { text, deadline } = record;
  return typeof text === 'string' && typeof deadline === 'number' ? { text, deadline } : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
