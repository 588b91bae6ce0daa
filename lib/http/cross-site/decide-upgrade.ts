import { allow, type CrossSiteDecision, deny, judgeOrigin, type OriginFacts } from './decide-cross-site.js';

/** What a {@link decideUpgrade} goes by. */
export interface UpgradePolicy {
  /** Origins as browsers write them. */
  readonly allowed: ReadonlySet<string>;
  /** What a client without `Origin` gets, of whom no other header says where it comes from. */
  readonly withoutOrigin: 'refuse' | 'allow';
}

/**
 * Decides whether a socket may be opened. The first row that holds wins.
 *
 * | `Origin`                         | `Sec-Fetch-Site` | verdict                                   |
 * |----------------------------------|------------------|-------------------------------------------|
 * | is listed                        | any, or missing  | allow: allowed-origin                     |
 * | missing                          | `same-origin`    | allow: same-origin                        |
 * | missing                          | missing          | as the policy says: no-browser, no-origin |
 * | missing                          | any other        | deny: no-origin                           |
 * | `null`                           | any, or missing  | deny: opaque-origin                       |
 * | is no origin                     | any, or missing  | deny: malformed-origin                    |
 * | is not the `Host`, or its port   | any, or missing  | deny: other-origin                        |
 * | `http:`, the request came by TLS | any, or missing  | deny: insecure-origin                     |
 * | is the `Host`                    | any, or missing  | allow: origin-is-host                     |
 *
 * An upgrade is a GET, carries cookies from wherever it is made, and no CORS rule holds it back (ATTACKS A61). Every browser sends
 * `Origin` with it, Chromium no `Sec-Fetch-Site`: so `Origin` decides. The second row is for the polling by which socket.io begins, a GET
 * that has no `Origin` when a page sends it to its own server.
 */
export function decideUpgrade(facts: OriginFacts, policy: UpgradePolicy): CrossSiteDecision {
  const { origin, site } = facts;
  if (origin) return policy.allowed.has(origin) ? allow('allowed-origin') : judgeOrigin(origin, facts);
  if (site === 'same-origin') return allow('same-origin');
  return !site && policy.withoutOrigin === 'allow' ? allow('no-browser') : deny('no-origin');
}
