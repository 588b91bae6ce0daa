import { etagOf, type RecordText } from '../../record/record-text.js';
import { KeyRing, PURPOSE } from './key-ring.js';
import { bodyOf, readSealedBody } from './sealed-body.js';

/** What stands between the core and a store that must not read. */
export interface Seal {
  seal(id: string, text: RecordText): RecordText;
  /** The text that was sealed; `undefined` for anything that {@link seal} did not make for this id. */
  open(id: string, sealed: RecordText): RecordText | undefined;
}

/**
 * Seals what a record says under its first line, and opens it again:
 *
 * ```text
 * etag(12) meta⏎
 * v1.<key id>.<nonce, ciphertext and tag as base64url>
 * ```
 *
 * The first line stays as it is: stores compare its etag, and find the principal in it. It is authenticated all the same, with the id
 * of the record, so no line of a record can be altered, or put together with a line of another record or of another time.
 */
export class RecordSeal implements Seal {
  readonly #keys: KeyRing;

  /** @param secrets as {@link KeyRing} takes them. */
  constructor(secrets: readonly string[]) {
    this.#keys = new KeyRing(secrets);
  }

  /** Takes any text; one without a second line keeps no more than its etag in the clear. */
  seal(id: string, text: RecordText): RecordText {
    const head = headOf(text);
    const { id: key, cipher } = this.#keys.sealing;
    return `${head}\n${bodyOf(key, cipher.seal(text.slice(head.length), context(id, head)))}`;
  }

  open(id: string, sealed: RecordText): RecordText | undefined {
    const end = sealed.indexOf('\n');
    const body = end < 0 ? undefined : readSealedBody(sealed.slice(end + 1));
    if (!body) return undefined;
    const head = sealed.slice(0, end);
    const rest = this.#keys.find(body.key)?.open(body.bytes, context(id, head));
    return rest === undefined ? undefined : head + rest;
  }
}

const headOf = (text: RecordText): string => {
  const end = text.indexOf('\n');
  return end < 0 ? etagOf(text) : text.slice(0, end);
};

/** What is authenticated beside the values. Neither the purpose nor an id holds a line feed, so nothing else reads the same. */
const context = (id: string, head: string): string => `nestjs-sessions ${PURPOSE}\n${id}\n${head}`;
