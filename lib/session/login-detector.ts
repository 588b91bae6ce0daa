import type { Segments } from '../record/record-text.js';
import type { Rewrite } from './commit-loop.js';
import { readSessionKey } from './read-path.js';
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
      const user = rewritten && userIn(rewritten.segments, this.userKey);
      this.#seen = user !== undefined && user !== userIn(current.segments, this.userKey);
      if (!rewritten || !this.#seen || !mint) return rewritten;
      this.#minted ??= mint();
      return withNewToken(rewritten, this.#minted.digest);
    };
  }
}

/** The JSON of who the user is, at a key or a path below one such as `passport.user`; `undefined` when there is nobody. */
function userIn(segments: Segments, userKey: string): string | undefined {
  const literal = segments.get(userKey);
  const head = userKey.split('.', 1).join('');
  const line = segments.get(head);
  if (literal !== undefined || line === undefined) return literal;
  try {
    const found = readSessionKey(new Map<string, unknown>([[head, JSON.parse(line)]]), userKey);
    return found && JSON.stringify(found.value);
  } catch {
    // What only a codec can read counts as a whole.
    return line;
  }
}
