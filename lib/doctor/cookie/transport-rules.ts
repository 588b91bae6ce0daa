import { secureFor } from '../../http/cookie/cookie-policy.js';
import { receivedLine } from './answer-rules.js';
import { type CookieFacts, type CookieFinding, ok, stops, warns } from './cookie-facts.js';

/** Fastify takes an address: since 5.12 a number of hops trusts nobody, as it says nothing about who is asking. */
const TRUST =
  "app.set('trust proxy', 1) with Express; new FastifyAdapter({ trustProxy: '10.0.0.1' }), the proxy's address, with Fastify";

/** What the app takes the connection of the client for (ATTACKS A25). */
export const seenAsTls = ({ socketTls, trustsProxy, forwardedProto }: CookieFacts): boolean =>
  socketTls || (trustsProxy && forwardedProto === 'https');

/** `Secure: auto` believes the socket, and a proxy that the platform was told to trust. */
export function proxyTrust(facts: CookieFacts): CookieFinding {
  const { reached, forwardedProto, trustsProxy } = facts;
  const tls = seenAsTls(facts);
  if (!tls && forwardedProto === 'https') {
    const says =
      'X-Forwarded-Proto says https, but the app was not told to trust the proxy: it takes the request for plain HTTP.';
    return warns('proxy-trust', says, `write ${TRUST}, if a proxy of yours sets that header`);
  }
  if (!tls && reached === 'https') {
    const says =
      'The browser came by HTTPS, and nothing tells the app so: it takes the request for plain HTTP.';
    const rest = trustsProxy ? '' : `, and write ${TRUST}`;
    return warns('proxy-trust', says, `let the proxy send X-Forwarded-Proto: https${rest}`);
  }
  if (tls && reached !== 'https') {
    const says = 'The browser came by plain HTTP, and the app believes that it was HTTPS.';
    return warns(
      'proxy-trust',
      says,
      'let the proxy overwrite X-Forwarded-Proto, and redirect plain HTTP to HTTPS',
    );
  }
  return ok(
    'proxy-trust',
    tls ? 'The app knows that the browser came by HTTPS.' : 'No TLS, and nobody says so.',
  );
}

/** Whether the cookie carries `Secure`: as the browser got it, else as the app would write it. */
export function isSecure(facts: CookieFacts): boolean {
  const line = receivedLine(facts);
  if (line) return line.attributes.has('secure');
  return secureFor(facts.cookie, { encrypted: seenAsTls(facts), production: facts.production });
}

/** RFC 6265bis 5.7: a `Secure` cookie comes from a secure origin, or not at all. */
export function secureAttribute(facts: CookieFacts): CookieFinding {
  const secure = isSecure(facts);
  if (secure && facts.reached === 'http') {
    const says = `The cookie is Secure because of ${reasonOf(facts)}, and browsers take no such cookie from plain HTTP.`;
    return stops('secure', says, 'open the app by HTTPS; on your own machine http://localhost will do');
  }
  if (secure && facts.reached === 'localhost') {
    const says = 'The cookie is Secure: Chromium and Firefox take it from http://localhost, Safari does not.';
    return warns('secure', says, 'use another browser, or HTTPS, on your own machine');
  }
  if (!secure && facts.reached === 'https') {
    const says = 'The cookie has no Secure, so the browser sends it by plain HTTP as well.';
    return warns('secure', says, 'write `session.cookie.secure: true`, or let the app trust the proxy');
  }
  return ok('secure', secure ? 'Secure, from HTTPS.' : 'No Secure, from plain HTTP.');
}

function reasonOf({ cookie, production }: CookieFacts): string {
  if (cookie.prefix !== 'none') return 'its prefix';
  if (cookie.sameSite === 'none') return 'same_site: none';
  if (cookie.partitioned) return 'partitioned: true';
  if (cookie.secure === true) return 'secure: true';
  return production ? 'the environment, which is production' : 'what the app takes the connection for';
}
