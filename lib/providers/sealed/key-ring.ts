import { derivedBytes, derivedKey } from '../../credentials/derived-key.js';
import { Xaes256Gcm } from './xaes-256-gcm.js';

/** What the keys are for. Goes into their derivation and into every seal, so nothing else that is sealed passes for values. */
export const PURPOSE = 'session-values/1';

/** Six bytes are eight characters, and two keys of one ring share an id once in 2^48. */
const ID_BYTES = 6;

/** One key, and what sealed texts call it: derived from its secret as well, public, and no help in finding it. */
export interface NamedKey {
  readonly id: string;
  readonly cipher: Xaes256Gcm;
}

/**
 * The keys of the app: the first one seals, every one opens. A key is replaced by putting the new one in front, and taken out when the
 * last record under it is dead. Nothing here is enumerable or printed.
 */
export class KeyRing {
  readonly #sealing: NamedKey;
  readonly #byId: ReadonlyMap<string, NamedKey>;

  /** @param secrets checked before: at least one, none of them weak, none twice. */
  constructor(secrets: readonly string[]) {
    const keys = secrets.map(namedKey);
    const [first] = keys;
    if (!first) throw new TypeError('A key ring needs a key.');
    this.#sealing = first;
    this.#byId = new Map(keys.map((key) => [key.id, key]));
  }

  get sealing(): NamedKey {
    return this.#sealing;
  }

  /** The cipher of a key; `undefined` for one that is not in the ring, or not any more. */
  find(id: string): Xaes256Gcm | undefined {
    return this.#byId.get(id)?.cipher;
  }
}

const namedKey = (secret: string): NamedKey => ({
  id: derivedBytes(secret, `${PURPOSE} key id`, ID_BYTES).toString('base64url'),
  cipher: new Xaes256Gcm(derivedKey(secret, PURPOSE)),
});
