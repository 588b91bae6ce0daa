import {
  type DocumentPort,
  isParseError,
  type SessionDocument,
  UNREADABLE,
} from '../bridge/document-port.js';
import type { ExpressStore, ExpressStoreCallback } from './express-store.js';
import { sessionCookie } from './session-cookie.js';

/** The three calls that every store for express-session has, as promises. */
export class ExpressStorePort implements DocumentPort {
  constructor(private readonly store: ExpressStore) {}

  async get(id: string): Promise<unknown> {
    try {
      return (await answerOf((callback) => this.store.get(id, callback))) ?? undefined;
    } catch (error) {
      if (isNoEntry(error)) return undefined;
      if (isParseError(error)) return UNREADABLE;
      throw error;
    }
  }

  async set(id: string, document: SessionDocument, life: number): Promise<void> {
    const session = { ...document, cookie: sessionCookie(life) };
    await answerOf((callback) => this.store.set(id, session, callback));
  }

  async delete(id: string): Promise<void> {
    try {
      await answerOf((callback) => this.store.destroy(id, callback));
    } catch (error) {
      if (!isNoEntry(error)) throw error;
    }
  }
}

/**
 * What a store calls back with: the first time, and never on the stack of the store, which would take an error of ours for its own.
 * A store that is an async function may reject as well.
 */
function answerOf(call: (callback: ExpressStoreCallback) => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a store may fail with anything
    const returned = call((error, answer) => (error ? reject(error) : resolve(answer)));
    Promise.resolve(returned).catch(reject);
  });
}

/** How a store of files says that a session is missing. */
const isNoEntry = (error: unknown): boolean =>
  (Object(error) as { readonly code?: unknown }).code === 'ENOENT';
