import { CredentialProvider } from './credential-provider.js';
import { type HMACCredentialConfig, readHMACConfig } from './hmac-config.js';
import { CANONICAL_32_BYTES, newNonce } from './nonce.js';
import { SigningKeys } from './signing-keys.js';

const GRAMMAR = new RegExp(`^(${CANONICAL_32_BYTES})\\.(${CANONICAL_32_BYTES})$`);

/**
 * Secrets of the form `nonce.mac`: 256 random bits, and a MAC over them and the id of their session. A forged or altered cookie is
 * refused in microseconds, without a look at the store.
 *
 * ```yaml
 * auth:
 *   credential_provider: serving.auth:HMACCredentialProvider
 *   config: { secrets: ['${SESSION_SECRET}', '${OLD_SESSION_SECRET}'] }
 * ```
 */
export class HMACCredentialProvider extends CredentialProvider {
  readonly #keys: SigningKeys;

  /** Throws `CONFIG_INVALID` with every weak, missing or doubled secret and every unknown key. */
  constructor(config: HMACCredentialConfig) {
    super();
    this.#keys = new SigningKeys(readHMACConfig(config).secrets, 'session-token/1');
  }

  override createSessionToken(id = ''): string {
    const nonce = newNonce();
    return `${nonce}.${this.#keys.sign(`${id}.${nonce}`)}`;
  }

  override validateSessionToken(secret: string, id = ''): boolean {
    const [, nonce, mac] = GRAMMAR.exec(secret) ?? [];
    return nonce !== undefined && mac !== undefined && this.#keys.verifies(`${id}.${nonce}`, mac);
  }
}
