import { prefixIn, requiresHostOnly, spellingOf } from '../../http/cookie/cookie-prefix.js';
import { cookieName } from '../../http/cookie/cookie-settings.js';
import { app, type AsvsRow, type DoctorFacts, met, unmet, type Verdict } from './asvs-row.js';

type CookieFacts = DoctorFacts['settings']['cookie'];

/** A prefix shows in the name, however it got there. */
const prefixOf = (cookie: CookieFacts): ReturnType<typeof prefixIn> => prefixIn(cookieName(cookie));

/** The safest prefix that a domain or a path leaves. */
const prefixFor = ({ domain, path }: CookieFacts): string =>
  domain === undefined && path === '/' ? 'host-http' : 'secure';

/** `__Http-` promises as much as `__Secure-` and more, but the row names two prefixes, and it is not one of them. */
function securePrefix({ settings: { cookie } }: DoctorFacts): Verdict {
  const prefix = prefixOf(cookie);
  if (prefix === 'secure' || requiresHostOnly(prefix))
    return met(`${spellingOf(prefix)} is sent with Secure only.`);
  const because =
    prefix === 'none'
      ? 'The session cookie has no prefix, so a sibling domain can plant one.'
      : 'The session cookie has a prefix that not every browser knows.';
  return unmet(because, 'session.cookie.prefix', prefixFor(cookie));
}

function sameSite({ settings: { cookie } }: DoctorFacts): Verdict {
  if (cookie.sameSite !== 'none') return met(`SameSite is ${cookie.sameSite}.`);
  return cookie.partitioned
    ? app('Write down why other sites embed the app, and keep a check of cross-site requests on.')
    : unmet('Requests of every site carry the session cookie.', 'session.cookie.same_site', 'lax');
}

function hostPrefix({ settings: { cookie } }: DoctorFacts): Verdict {
  const prefix = prefixOf(cookie);
  if (requiresHostOnly(prefix)) return met(`${spellingOf(prefix)} keeps the cookie on its host.`);
  if (cookie.domain !== undefined) {
    return app(
      `The cookie is shared with the subdomains of ${cookie.domain}: make sure that all of them are yours.`,
    );
  }
  return cookie.path === '/'
    ? unmet('The session cookie may come from another host.', 'session.cookie.prefix', 'host-http')
    : unmet(
        'A session cookie with a path of its own can have no __Host- prefix.',
        'session.cookie.path',
        '/',
      );
}

const httpOnly = ({ settings: { cookie } }: DoctorFacts): Verdict =>
  cookie.httpOnly
    ? met('The cookie is HttpOnly, and the token is in no body and no other header.')
    : unmet('Every script of a page can read the session token.', 'session.cookie.http_only', 'true');

/** ASVS 5.0 V3.3, Cookie Setup. */
export const COOKIE_ROWS: readonly AsvsRow[] = [
  {
    id: '3.3.1',
    level: 1,
    requirement: 'Cookies are Secure, and their name says so by the prefix __Host- or __Secure-.',
    provided: 'Secure over trusted TLS and always in production; with a prefix, always.',
    judge: securePrefix,
    tests: [
      'test/security/a26-exact-set-cookie.spec.ts › is Secure besides over TLS, and always in production',
      'test/security/a22-contradictory-cookie.spec.ts › are exactly those whose cookie a browser throws away, in all 720 combinations',
    ],
  },
  {
    id: '3.3.2',
    level: 2,
    requirement: 'SameSite is as strict as the purpose of the cookie allows.',
    provided:
      'SameSite=Lax by default; CrossSiteGuard, or enableCsrfProtection() of Nest, for what it lets through.',
    judge: sameSite,
    tests: [
      'test/security/a26-exact-set-cookie.spec.ts › is exactly name, token, Path, HttpOnly and SameSite in development',
      'test/security/a40-csrf-matrix.spec.ts › has the verdict of the rules in every combination of method, site, origin, host and cookie',
    ],
  },
  {
    id: '3.3.3',
    level: 2,
    requirement: 'Cookies that are not meant for several hosts have the prefix __Host-.',
    provided: 'prefix: host or host-http; a cookie without the prefix is not read then.',
    judge: hostPrefix,
    tests: [
      'test/security/a20-cookie-tossing.spec.ts › reads nothing but the prefixed name where there is a prefix',
      'test/security/a22-contradictory-cookie.spec.ts › are named all at once',
    ],
  },
  {
    id: '3.3.4',
    level: 2,
    requirement: 'No script can read the session token, and it leaves the server in Set-Cookie only.',
    provided: 'HttpOnly by default; the token is never printed, serialised or put into another header.',
    judge: httpOnly,
    tests: [
      'test/e2e/login.spec.ts › holds the token, and the answer holds it nowhere else',
      'test/unit/session/session.spec.ts › shows neither values nor token, however it is printed',
    ],
  },
  {
    id: '3.3.5',
    level: 3,
    requirement: 'Name and value of a cookie have at most 4096 bytes together.',
    provided:
      'A name has at most 256 characters before its prefix, a token at most 1024; no other cookie is written.',
    judge: () => met('Name and token cannot be longer than 1300 characters.'),
    tests: [
      'test/security/a26-exact-set-cookie.spec.ts › leaves room below the 4096 bytes that browsers store',
      'test/unit/credentials/token.spec.ts › takes 16 to 512 characters that need no escape in a cookie',
    ],
  },
];
