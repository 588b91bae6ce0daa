import { type CredentialContext, CredentialProvider } from './credential-provider.js';
import { readTimedHMACConfig, type TimedHMACCredentialConfig } from './hmac-config.js';
import { CANONICAL_32_BYTES, newNonce } from './nonce.js';
import { SigningKeys } from './signing-keys.js';

/** The instant is epoch milliseconds without leading zeros: one instant, one spelling. */
const GRAMMAR = new RegExp(`^(${CANONICAL_32_BYTES})\\.(0|[1-9][0-9]{0,14})\\.(${CANONICAL_32_BYTES})$`);

/** How far, in milliseconds, the clock of the machine that made a secret may run ahead of ours. */
const CLOCK_SKEW_MS = 60_000;

/**
 * {@link HMACCredentialProvider} with a lifetime: secrets of the form `nonce.timestamp.mac`, refused `ttl` after they were made,
 * however alive their session is. A rotation makes a new secret, and so a new lifetime.
 *
 * The lifetime bounds what the session's own timeouts allow; it never extends them.
 */
export class TimedHMACCredentialProvider extends CredentialProvider {
  readonly #keys: SigningKeys;
  readonly #ttlMs: number;
  readonly #clock: CredentialContext['clock'];

  /** Throws `CONFIG_INVALID` with every weak, missing or doubled secret, a bad lifetime and every unknown key. */
  constructor(config: TimedHMACCredentialConfig, context: Partial<CredentialContext> = {}) {
    super();
    const { secrets, ttlMs } = readTimedHMACConfig(config);
    this.#keys = new SigningKeys(secrets, 'timed-session-token/1');
    this.#ttlMs = ttlMs;
    this.#clock = context.clock ?? { now: () => Date.now() };
  }

  override createSessionToken(id = ''): string {
    const body = `${newNonce()}.${Math.trunc(this.#clock.now())}`;
    return `${body}.${this.#keys.sign(`${id}.${body}`)}`;
  }

  override validateSessionToken(secret: string, id = ''): boolean {
    const [, nonce, madeAt, mac] = GRAMMAR.exec(secret) ?? [];
    if (nonce === undefined || madeAt === undefined || mac === undefined) return false;
    return this.#isCurrent(Number(madeAt)) && this.#keys.verifies(`${id}.${nonce}.${madeAt}`, mac);
  }

  #isCurrent(madeAt: number): boolean {
    const now = this.#clock.now();
    return madeAt <= now + CLOCK_SKEW_MS && now < madeAt + this.#ttlMs;
  }
}
