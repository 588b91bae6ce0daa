import type { CookiePolicy } from '../cookie/cookie-policy.js';

/** How long the cookie of one session lives, as the object of express-session says and changes it. */
export interface CookieLifetime {
  /** Milliseconds that the cookie is given at each issue; `null`: as long as the browser runs. */
  life: number | null;
  /** Milliseconds that are left of them; `null` as above. */
  readonly left: number | null;
}

/** `session.cookie` in JSON. */
export interface ExpressCookieData {
  readonly originalMaxAge: number | null;
  readonly expires: Date | null;
  readonly secure: boolean | 'auto';
  readonly httpOnly: boolean;
  readonly domain: string | undefined;
  readonly path: string;
  readonly sameSite: 'lax' | 'strict' | 'none';
}

/**
 * `session.cookie` of express-session. A lifetime that is set here becomes the session's own idle timeout and a cookie that outlives
 * the browser ("remember me"), with the next save or the response; the absolute timeout stays as it is. All else is up to
 * `session.cookie` in the configuration.
 */
export class ExpressCookie {
  readonly #lifetime: CookieLifetime;
  readonly #policy: CookiePolicy;

  constructor(lifetime: CookieLifetime, policy: CookiePolicy) {
    this.#lifetime = lifetime;
    this.#policy = policy;
  }

  /** Milliseconds until the session dies of idleness; `null` for a cookie that ends with the browser. */
  get maxAge(): number | null {
    return this.#lifetime.left;
  }

  /** @throws SessionError BAD_TIMEOUT for what is over already, or not longer than `session.timeouts.touch` */
  set maxAge(ms: number | Date | false | null | undefined) {
    const given = ms instanceof Date ? ms.getTime() - Date.now() : ms;
    // Nobody minds a fraction of a millisecond, as in `0.1 * DAY_MS`.
    this.#lifetime.life = typeof given === 'number' ? Math.trunc(given) : null;
  }

  /** Milliseconds that the cookie is given at each issue, as they were set; `null` for one that ends with the browser. */
  get originalMaxAge(): number | null {
    return this.#lifetime.life;
  }

  set originalMaxAge(ms: number | null) {
    this.maxAge = ms;
  }

  /** By the clock of this machine, as in express-session. */
  get expires(): Date | null {
    const { left } = this.#lifetime;
    return left === null ? null : new Date(Date.now() + left);
  }

  set expires(at: Date | false | null) {
    this.maxAge = at === false ? null : at;
  }

  /** As configured, and as all that follow: `session.cookie`. */
  get path(): string {
    return this.#policy.path;
  }

  get domain(): string | undefined {
    return this.#policy.domain;
  }

  get httpOnly(): boolean {
    return this.#policy.httpOnly;
  }

  get secure(): boolean | 'auto' {
    return this.#policy.secure;
  }

  get sameSite(): 'lax' | 'strict' | 'none' {
    return this.#policy.sameSite;
  }

  /** All of it as plain data. */
  get data(): ExpressCookieData {
    const { originalMaxAge, expires, secure, httpOnly, domain, path, sameSite } = this;
    return { originalMaxAge, expires, secure, httpOnly, domain, path, sameSite };
  }

  /** For what stores it beside the values, as express-session does. */
  toJSON(): ExpressCookieData {
    return this.data;
  }
}
