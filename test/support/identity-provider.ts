import {
  createHmac,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type { Clock } from '../../lib/providers/clock.js';

export const ISSUER = 'https://id.example.com';
export const CLIENT_ID = 'shop';
export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

export type Claims = Readonly<Record<string, unknown>>;

/** What a token says otherwise than a good one; `undefined` leaves a claim or a parameter of the header out. */
export interface Otherwise {
  readonly claims?: Claims;
  readonly header?: Claims;
}

const segment = (value: Claims): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Keys like those of {@link IdentityProvider}, under the same `kid`; to make them takes a while. */
export const newKeys = (): KeyPairKeyObjectResult => generateKeyPairSync('rsa', { modulusLength: 2048 });

const KEYS = newKeys();

/**
 * Says who has logged out, to the client {@link CLIENT_ID}. It makes its tokens by hand, as a forger would have to: no library for
 * them signs `none`, or with a public key.
 */
export class IdentityProvider {
  readonly publicKey: KeyObject;
  readonly jwks: JSONWebKeySet;
  readonly #privateKey: KeyObject;
  #made = 0;

  constructor(
    readonly clock: Clock,
    { publicKey, privateKey } = KEYS,
  ) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
    const key = {
      ...publicKey.export({ format: 'jwk' }),
      kty: 'RSA',
      kid: 'key-1',
      alg: 'RS256',
      use: 'sig',
    };
    this.jwks = { keys: [key] };
  }

  /** The key that everybody has, as a careless verifier would take it for a shared secret. */
  get publicText(): string {
    return this.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  }

  /** A logout token for Ada, unless it says otherwise. */
  token(otherwise: Otherwise = {}): string {
    const input = this.#input({ alg: 'RS256', ...otherwise.header }, otherwise.claims);
    return `${input}.${sign('sha256', Buffer.from(input), this.#privateKey).toString('base64url')}`;
  }

  /** Signed by nobody. */
  unsigned(): string {
    return `${this.#input({ alg: 'none' })}.`;
  }

  /** Signed with the public key, which is no secret. */
  signedWithPublicKey(): string {
    const input = this.#input({ alg: 'HS256' });
    return `${input}.${createHmac('sha256', this.publicText).update(input).digest('base64url')}`;
  }

  /** By the clock of the app, in seconds. */
  seconds(fromNow: number = 0): number {
    return Math.floor(this.clock.now() / 1000) + fromNow;
  }

  #input(header: Claims, claims: Claims = {}): string {
    const usual = {
      iss: ISSUER,
      aud: CLIENT_ID,
      sub: 'ada',
      jti: `token-${++this.#made}`,
      iat: this.seconds(),
      exp: this.seconds(120),
      events: { [LOGOUT_EVENT]: {} },
    };
    return `${segment({ typ: 'logout+jwt', kid: 'key-1', ...header })}.${segment({ ...usual, ...claims })}`;
  }
}
