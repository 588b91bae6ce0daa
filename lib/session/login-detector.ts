import type { Rewrite } from './commit-loop.js';
import { withNewToken } from './rewrites.js';
import type { MintedToken } from './token-mint.js';

/**
 * Watches one commit for a login that nobody announced: the app's own user key gets another value, and the session keeps a token
 * that an attacker may have planted before (ATTACKS A05, session fixation).
 */
export class LoginDetector {
  #minted: MintedToken | undefined;
  #seen = false;

  /** @param mint makes the new token; absent when a login is only to be warned about. */
  constructor(
    private readonly userKey: string,
    private readonly mint: (() => MintedToken) | undefined,
  ) {}

  /** Whether the last run of the commit changed who the user is. */
  get seen(): boolean {
    return this.#seen;
  }

  /** The token that the commit gave to the session, if it did. */
  get minted(): MintedToken | undefined {
    return this.#minted;
  }

  watch(rewrite: Rewrite): Rewrite {
    const { mint } = this;
    return async (current) => {
      const rewritten = await rewrite(current);
      const user = rewritten?.segments.get(this.userKey);
      this.#seen = user !== undefined && user !== current.segments.get(this.userKey);
      if (!rewritten || !this.#seen || !mint) return rewritten;
      this.#minted ??= mint();
      return withNewToken(rewritten, this.#minted.digest);
    };
  }
}
