import { createHash } from 'node:crypto';

/** More than a provider sends in two minutes, short of a fault; what it holds then is some 2 MB. */
const MAX_REMEMBERED = 10_000;

/** Remembers which tokens were used, for as long as they could be used again. When it is full it forgets the oldest first. */
export class UsedTokens {
  /** Until when, by digest: a `jti` may have any length. In the order of their ends, because each stays equally long. */
  readonly #until = new Map<string, number>();

  /**
   * @param windowMs how long a token can be used, at most, after it was first seen
   * @param limit how many to remember
   */
  constructor(
    private readonly windowMs: number,
    private readonly limit: number = MAX_REMEMBERED,
  ) {}

  /** Takes a token. Answers whether nobody had. */
  take(jti: string, now: number): boolean {
    this.#forgetUntil(now);
    const name = digestOf(jti);
    if (this.#until.has(name)) return false;
    if (this.#until.size >= this.limit) this.#forgetOldest();
    this.#until.set(name, now + this.windowMs);
    return true;
  }

  /** As if it had not been taken: what it asked for failed, and whoever sent it may send it again. */
  giveBack(jti: string): void {
    this.#until.delete(digestOf(jti));
  }

  #forgetUntil(now: number): void {
    for (const [name, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(name);
    }
  }

  #forgetOldest(): void {
    for (const name of this.#until.keys()) {
      this.#until.delete(name);
      return;
    }
  }
}

const digestOf = (jti: string): string => createHash('sha256').update(jti).digest('base64url');
