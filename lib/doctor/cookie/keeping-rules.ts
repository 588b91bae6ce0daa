import { cookieContradictions } from '../../http/cookie/cookie-contradictions.js';
import { spellingOf } from '../../http/cookie/cookie-prefix.js';
import type { CookieSettings } from '../../http/cookie/cookie-settings.js';
import { receivedLine } from './answer-rules.js';
import {
  type CookieFacts,
  type CookieFinding,
  ok,
  type ReceivedCookie,
  stops,
  warns,
} from './cookie-facts.js';

/** Name and value together; browsers drop a longer cookie without a word (RFC 6265bis 5.6). */
const MOST_BYTES = 4096;

/** A prefix, SameSite=None and Partitioned each ask something of the other attributes (RFC 6265bis 4.1.3, CHIPS). */
export function prefixRules(facts: CookieFacts): CookieFinding | undefined {
  const { prefix } = facts.cookie;
  const line = receivedLine(facts);
  const [broken] = line ? cookieContradictions(settingsOf(line)) : [];
  if (broken) {
    const says = `The browser drops the line that it got: it wants ${ATTRIBUTES[broken.setting] ?? broken.setting} to be ${broken.wanted}.`;
    return stops(
      'prefix',
      says,
      'look for a proxy or a middleware that rewrites Set-Cookie; the app wrote it right',
    );
  }
  if (prefix === 'none') return undefined;
  return ok('prefix', `The line has what ${spellingOf(prefix)} asks for.`);
}

const ATTRIBUTES: Readonly<Partial<Record<keyof CookieSettings, string>>> = {
  domain: 'Domain',
  path: 'Path',
  httpOnly: 'HttpOnly',
  secure: 'Secure',
};

/** A line as settings that would write it. A path that is missing is none, though some browsers let it pass. */
function settingsOf({ name, attributes }: ReceivedCookie): CookieSettings {
  return {
    name,
    path: attributes.get('path') ?? '',
    domain: attributes.get('domain') || undefined,
    httpOnly: attributes.has('httponly'),
    secure: attributes.has('secure'),
    sameSite: attributes.get('samesite')?.toLowerCase() === 'none' ? 'none' : 'lax',
    partitioned: attributes.has('partitioned'),
  };
}

/** RFC 6265 5.1.3: the host itself, or one below the domain. */
export function domainMatch(facts: CookieFacts): CookieFinding | undefined {
  const { host, cookie } = facts;
  const line = receivedLine(facts);
  const domain = (line ? line.attributes.get('domain')?.replace(/^\./, '') : cookie.domain)?.toLowerCase();
  if (!domain || host === undefined) return undefined;
  const asked = host.toLowerCase();
  if (asked === domain || asked.endsWith(`.${domain}`)) return ok('domain', `${host} belongs to ${domain}.`);
  return stops(
    'domain',
    `${host} does not belong to ${domain}, so the browser drops the cookie.`,
    'remove `session.cookie.domain`, or open the app under it',
  );
}

/** RFC 6265 5.1.4: a cookie is sent to its path and what lies below it. */
export function pathMatch({ path, cookie }: CookieFacts): CookieFinding | undefined {
  if (path === undefined || cookie.path === '/') return undefined;
  const below = cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`;
  if (path === cookie.path || path.startsWith(below)) return ok('path', `${path} lies below ${cookie.path}.`);
  return stops(
    'path',
    `The cookie goes to ${cookie.path} and below, not to ${path}.`,
    'write `session.cookie.path: /`',
  );
}

/** RFC 6265bis 5.5 and 5.7: what a browser sends, and keeps, when another site causes the request. */
export function sameSiteRule({ site, target, safeMethod, cookie }: CookieFacts): CookieFinding | undefined {
  if (site === undefined) return undefined;
  const { sameSite, partitioned } = cookie;
  if (site !== 'cross-site') return ok('same-site', `The request is ${site}: every SameSite lets it pass.`);
  if (sameSite === 'none') {
    return target === 'top' || partitioned
      ? ok('same-site', 'SameSite=None lets requests of other sites pass.')
      : warns(
          'same-site',
          'SameSite=None lets it pass, but Safari and Firefox block cookies of third parties.',
          'write `session.cookie.partitioned: true`',
        );
  }
  if (target !== 'top') {
    const says = `Inside a page of another site the browser neither keeps nor sends a cookie with SameSite=${sameSite}.`;
    return stops(
      'same-site',
      says,
      'open the app by itself; to be embedded it needs `same_site: none` and `partitioned: true`',
    );
  }
  if (sameSite === 'lax' && safeMethod)
    return ok('same-site', 'SameSite=Lax lets a link from another site pass.');
  const what = sameSite === 'strict' ? 'a link or form of another site' : 'a form of another site that posts';
  return stops(
    'same-site',
    `The browser keeps the cookie, but did not send it: ${what} carries none with SameSite=${sameSite}.`,
    sameSite === 'strict'
      ? 'write `session.cookie.same_site: lax`, or let the user follow a link of your own'
      : 'begin with a GET; another site should not post in the name of a user',
  );
}

/** One jar for each site that embeds the app (CHIPS). */
export function partitionedJar({ cookie, target }: CookieFacts): CookieFinding | undefined {
  if (!cookie.partitioned) return undefined;
  return target === 'top'
    ? warns(
        'partitioned',
        'Opened by itself, the app has another cookie than in a frame of another site.',
        'log in inside the frame, or remove `session.cookie.partitioned`',
      )
    : ok('partitioned', 'The cookie is kept for the site around the frame.');
}

export function sizeRule(facts: CookieFacts): CookieFinding | undefined {
  const line = receivedLine(facts);
  if (!line) return undefined;
  const bytes = line.name.length + line.valueLength;
  return bytes <= MOST_BYTES
    ? ok('size', `Name and value have ${bytes} of ${MOST_BYTES} bytes.`)
    : stops(
        'size',
        `Name and value have ${bytes} bytes, and browsers drop what has more than ${MOST_BYTES}.`,
        'make the name or the token of the credential provider shorter',
      );
}
