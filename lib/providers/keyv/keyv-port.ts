import {
  type DocumentPort,
  isParseError,
  type SessionDocument,
  UNREADABLE,
} from '../bridge/document-port.js';
import type { KeyvStore } from './keyv.js';
import { ReportedErrors } from './reported-errors.js';

/** A Keyv whose failures are rejections. */
export class KeyvPort implements DocumentPort {
  readonly #errors: ReportedErrors;

  constructor(private readonly keyv: KeyvStore) {
    this.#errors = new ReportedErrors(keyv);
  }

  /** A missing session is believed only if no error was reported meanwhile; one that was found is. */
  async get(id: string): Promise<unknown> {
    const mark = this.#errors.mark();
    try {
      const envelope = await this.keyv.getRaw(id);
      const found = (envelope as { readonly value?: unknown } | null | undefined)?.value ?? undefined;
      if (found === undefined) this.#errors.throwSince(mark);
      return found;
    } catch (error) {
      if (isParseError(error)) return UNREADABLE;
      throw error;
    }
  }

  /** Some adapters answer well when they failed, so a write is believed only if no error was reported meanwhile. */
  async set(id: string, document: SessionDocument, life: number): Promise<void> {
    const mark = this.#errors.mark();
    const done = await this.keyv.set(id, document, life);
    this.#errors.throwSince(mark);
    if (done === false) throw new Error('Keyv did not keep the session and gave no reason.');
  }

  /** `false` may only mean that there was nothing to delete: what is in doubt is looked after. */
  async delete(id: string): Promise<void> {
    const mark = this.#errors.mark();
    const done = await this.keyv.delete(id);
    if (done === true && this.#errors.mark() === mark) return;
    if ((await this.get(id)) === undefined) return;
    this.#errors.throwSince(mark);
    throw new Error('Keyv did not delete the session and gave no reason.');
  }
}
