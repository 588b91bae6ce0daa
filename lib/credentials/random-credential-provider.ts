import { CredentialProvider } from './credential-provider.js';
import { CANONICAL_32_BYTES, newNonce } from './nonce.js';

const GRAMMAR = new RegExp(`^${CANONICAL_32_BYTES}$`);

/**
 * The default: 256 random bits, unsigned. Needs no secret and no configuration.
 *
 * A forged token of the right shape costs one look-up in the store; `HMACCredentialProvider` refuses it before that.
 */
export class RandomCredentialProvider extends CredentialProvider {
  override createSessionToken(): string {
    return newNonce();
  }

  override validateSessionToken(secret: string): boolean {
    return GRAMMAR.test(secret);
  }
}
