import type { CookiePolicy } from '../../http/cookie/cookie-policy.js';

/** One `Set-Cookie` line of the answer, as the browser got it. Its value is left out; a proxy may have changed the rest. */
export interface ReceivedCookie {
  readonly name: string;
  readonly valueLength: number;
  /** By names in lower case; a flag such as `secure` has an empty text. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * What is known of one request and its answer. What is empty is not known, and what hangs on it is not judged.
 *
 * Nothing in here is a token: of values there is their number and their length.
 */
export interface CookieFacts {
  readonly cookie: CookiePolicy;
  readonly production: boolean;
  readonly creation: 'first-write' | 'eager';
  /** How the browser reaches the app: what its address bar says. Plain HTTP to the browser's own machine is `localhost`. */
  readonly reached: 'https' | 'http' | 'localhost';
  /** Whether the connection that reaches the app itself is TLS. */
  readonly socketTls: boolean;
  /** `X-Forwarded-Proto` of the proxy next to the app. */
  readonly forwardedProto?: 'https' | 'http';
  /** Whether the platform was told to trust that proxy (`trust proxy`, `trustProxy`). */
  readonly trustsProxy: boolean;
  /** The host that the browser asked, without a port. */
  readonly host?: string;
  /** The path that the browser asked, without a query. */
  readonly path?: string;
  /** `Sec-Fetch-Site`, or what it would be. */
  readonly site?: 'same-origin' | 'same-site' | 'cross-site' | 'none';
  /** What the browser does with the answer: `Sec-Fetch-Dest` and `Sec-Fetch-Mode`. */
  readonly target: 'top' | 'frame' | 'resource';
  /** GET or HEAD: a top-level navigation by another method carries no `Lax` cookie. */
  readonly safeMethod: boolean;
  /** How many different values the request brought under the name of the cookie. */
  readonly presented: number;
  /** How many pairs of that name there were whose value cannot be a token: quoted, escaped, empty. */
  readonly unreadable: number;
  /** How many different values it brought under `migrate_from`. */
  readonly former: number;
  /** Whether the session was written to, renewed or ended in this request. */
  readonly written?: boolean;
  /** Whether the first byte had left before the session was written to. */
  readonly begun?: boolean;
  /** The lines of our name, or those of which ours may have been made; empty when the answer is not known. */
  readonly received?: readonly ReceivedCookie[];
}

/** Whether a cookie is set, kept, sent back and read. The first that stops it is the answer; what follows may be next. */
export type FindingVerdict = 'ok' | 'warns' | 'stops';

/** What one rule says. */
export interface CookieFinding {
  /** A word for programs, such as `proxy-trust`. */
  readonly name: string;
  readonly verdict: FindingVerdict;
  readonly says: string;
  /** Empty where nothing is to be done. */
  readonly fix?: string;
}

export const ok = (name: string, says: string): CookieFinding => ({ name, verdict: 'ok', says });

export const warns = (name: string, says: string, fix: string): CookieFinding => ({
  name,
  verdict: 'warns',
  says,
  fix,
});

export const stops = (name: string, says: string, fix: string): CookieFinding => ({
  name,
  verdict: 'stops',
  says,
  fix,
});
