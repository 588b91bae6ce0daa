/**
 * Makes the secret part of a token and checks it without a look at the store; also the injection token of whatever
 * `auth.credential_provider` names.
 *
 * A token is `id.secret`. The id names the record and is public; the secret comes from here, and the store keeps only its
 * SHA-256. A class that signs its secrets lets the library refuse a forged cookie before it costs a call to the store.
 */
export abstract class CredentialProvider {
  /**
   * Makes a new secret: 16 to 512 characters out of `A–Z a–z 0–9 - _ . ~`, from at least 128 random bits (the built-in ones use 256).
   *
   * @param id the public id of the session. A signature that covers it stops a secret from being tried with another id.
   */
  abstract createSessionToken(id?: string): string;

  /**
   * Whether this provider could have made `secret` for the session `id`. Reads no store; must not throw.
   * `true` says nothing about the session being alive.
   */
  abstract validateSessionToken(secret: string, id?: string): boolean;
}

/** What the library hands to the constructor of a credential provider, after `auth.config`. */
export interface CredentialContext {
  /** Where "now" comes from, in epoch milliseconds; a lifetime is judged by it, so tests travel in time. */
  readonly clock: { now(): number };
}
