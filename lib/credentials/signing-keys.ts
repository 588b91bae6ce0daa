import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { derivedKey } from './derived-key.js';

/**
 * HMAC-SHA-256 with keys derived from the app's secrets: the first one signs, every one verifies, so a secret is replaced by
 * putting the new one in front and taking the old one out when its last token has expired.
 *
 * Each purpose has keys of its own: what was signed for one purpose never verifies for another, though both
 * come from the same secret (ATTACKS A45). Nothing here is enumerable or printed.
 */
export class SigningKeys {
  readonly #keys: readonly KeyObject[];

  /**
   * @param secrets checked before: at least one, each of at least 32 bytes.
   * @param purpose what is signed, and the version of its format, such as `session-token/1`. No two uses may share one.
   */
  constructor(secrets: readonly string[], purpose: string) {
    this.#keys = secrets.map((secret) => derivedKey(secret, purpose));
  }

  /** The MAC of `message` as 43 characters of base64url. */
  sign(message: string): string {
    return macOf(this.#keys[0] as KeyObject, message).toString('base64url');
  }

  /**
   * Whether one of the secrets made `mac` for `message`. Each comparison takes constant time; that an older secret takes longer
   * to find tells nothing that helps to forge.
   *
   * @param mac canonical base64url of 32 bytes; the caller has checked its grammar.
   */
  verifies(message: string, mac: string): boolean {
    const presented = Buffer.from(mac, 'base64url');
    return this.#keys.some((key) => timingSafeEqual(macOf(key, message), presented));
  }
}

const macOf = (key: KeyObject, message: string): Buffer => createHmac('sha256', key).update(message).digest();
