import type { CredentialProvider } from '../credentials/credential-provider.js';
import { digestOf, isSecret, joinToken, splitToken } from '../credentials/token.js';
import { badCredential } from '../errors/use.js';

/** A new token: for the client the whole, for the record its digest. */
export interface MintedToken {
  readonly token: string;
  readonly digest: string;
}

/** What a token claims, before a record says whether it is true. */
export interface TokenClaim {
  readonly id: string;
  /** What a record's digests are compared with. */
  readonly secret: string;
}

/**
 * Makes the tokens of one kind of session, and reads them back.
 *
 * @param realm which kind, where one store holds several: a token of one kind opens nothing as another, because whoever may write to
 *   an ordinary session must not be able to present it as an admin's. Empty for the only or first kind.
 */
export class TokenMint {
  /** Private at run time as well: it may hold secrets (law F5). */
  readonly #credentials: CredentialProvider;

  constructor(
    credentials: CredentialProvider,
    private readonly realm?: string,
  ) {
    this.#credentials = credentials;
  }

  /** @throws SessionError BAD_CREDENTIAL */
  issue(id: string): MintedToken {
    const secret = this.#credentials.createSessionToken(id);
    if (!isSecret(secret)) throw badCredential('something that cannot be part of a cookie');
    return { token: joinToken({ id, secret }), digest: digestOf(this.#inRealm(secret)) };
  }

  /** Answers `undefined` for a token outside the grammar, or one that the credential provider could not have made (law I3). */
  read(token: string): TokenClaim | undefined {
    const parts = splitToken(token);
    if (!parts || !this.#credentials.validateSessionToken(parts.secret, parts.id)) return undefined;
    return { id: parts.id, secret: this.#inRealm(parts.secret) };
  }

  /** What a record holds of a token of ours. */
  digestOf(token: string): string | undefined {
    const claim = this.read(token);
    return claim && digestOf(claim.secret);
  }

  /** A secret never holds a NUL, so nothing else reads the same. */
  #inRealm(secret: string): string {
    return this.realm === undefined ? secret : `${this.realm}\0${secret}`;
  }
}
