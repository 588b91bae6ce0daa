import { isServedBy, parseOrigin } from './web-origin.js';

/** Where a request comes from, as a browser says it in headers that no page can forge. */
export interface OriginFacts {
  /** `Sec-Fetch-Site`; empty from old browsers, from clients that are none, and on plain HTTP other than localhost. */
  readonly site?: string | undefined;
  /** `Origin`; empty from clients that are no browsers, and for a page's own reads. */
  readonly origin?: string | undefined;
  /** Whom the client believes to talk to; empty when the request names nobody, or more than one. */
  readonly host?: string | undefined;
  /** Whether the client's connection is known to be TLS. `false` also where a proxy that nobody trusts says so. */
  readonly encrypted: boolean;
}

export interface CrossSiteFacts extends OriginFacts {
  /** As HTTP has it, in capitals: `get` is no safe method. */
  readonly method: string;
}

export type AllowReason =
  'safe-method' | 'same-origin' | 'user-initiated' | 'allowed-origin' | 'no-browser' | 'origin-is-host';

export type DenyReason =
  | 'same-site'
  | 'cross-site'
  | 'unknown-site'
  | 'opaque-origin'
  | 'malformed-origin'
  | 'other-origin'
  | 'insecure-origin'
  | 'no-origin';

export type CrossSiteDecision =
  | { readonly allowed: true; readonly reason: AllowReason }
  | { readonly allowed: false; readonly reason: DenyReason };

/** They must not change anything (RFC 9110 9.2.1), so it does not matter who makes a browser send them. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Decides whether a request may change something. The first row that holds wins.
 *
 * | method             | `Sec-Fetch-Site` | `Origin`                         | verdict                |
 * |--------------------|------------------|----------------------------------|------------------------|
 * | GET, HEAD, OPTIONS | any              | any                              | allow: safe-method     |
 * | any other          | `same-origin`    | any                              | allow: same-origin     |
 * | any other          | `none`           | any                              | allow: user-initiated  |
 * | any other          | any, or missing  | is listed                        | allow: allowed-origin  |
 * | any other          | `same-site`      | any                              | deny: same-site        |
 * | any other          | `cross-site`     | any                              | deny: cross-site       |
 * | any other          | any other        | any                              | deny: unknown-site     |
 * | any other          | missing          | missing                          | allow: no-browser      |
 * | any other          | missing          | `null`                           | deny: opaque-origin    |
 * | any other          | missing          | is no origin                     | deny: malformed-origin |
 * | any other          | missing          | is not the `Host`                | deny: other-origin     |
 * | any other          | missing          | `http:`, the request came by TLS | deny: insecure-origin  |
 * | any other          | missing          | is the `Host`                    | allow: origin-is-host  |
 *
 * An empty header counts as missing. Cookies are no part of it: a login that somebody else's page sends carries none, and is an attack
 * all the same (ATTACKS A41). `no-browser`: every browser of these years sends at least one of the two headers with an unsafe request.
 *
 * The rows are those of Nest's `enableCsrfProtection()` (12.1 and later), which are those of Go's `net/http.CrossOriginProtection`. Whatever
 * these allow, Nest allows. Of what is denied here Nest allows, when the host is the same: `insecure-origin`, `malformed-origin`, and of
 * `other-origin` the page of an app's own scheme and the request with several `Host` headers.
 *
 * @param allowed origins as browsers write them: {@link allowedOrigins}.
 */
export function decideCrossSite(facts: CrossSiteFacts, allowed: ReadonlySet<string>): CrossSiteDecision {
  const { method, site, origin } = facts;
  if (SAFE_METHODS.has(method)) return allow('safe-method');
  if (site === 'same-origin') return allow('same-origin');
  if (site === 'none') return allow('user-initiated');
  if (origin && allowed.has(origin)) return allow('allowed-origin');
  if (site) return deny(site === 'same-site' || site === 'cross-site' ? site : 'unknown-site');
  return origin ? judgeOrigin(origin, facts) : allow('no-browser');
}

/** The rows of an `Origin` that is on no list: it is where the request goes to, or somebody else. */
export function judgeOrigin(origin: string, { host, encrypted }: OriginFacts): CrossSiteDecision {
  if (origin === 'null') return deny('opaque-origin');
  const page = parseOrigin(origin);
  if (!page) return deny('malformed-origin');
  if (host === undefined || !isServedBy(page, host)) return deny('other-origin');
  return encrypted && page.scheme === 'http:' ? deny('insecure-origin') : allow('origin-is-host');
}

export const allow = (reason: AllowReason): CrossSiteDecision => ({ allowed: true, reason });

export const deny = (reason: DenyReason): CrossSiteDecision => ({ allowed: false, reason });
