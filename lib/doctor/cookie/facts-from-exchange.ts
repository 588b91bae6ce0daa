import type { SessionSettings } from '../../config/settings.js';
import { cookiePolicy } from '../../http/cookie/cookie-policy.js';
import { readCookie } from '../../http/cookie/read-cookie.js';
import { parseUrl } from '../../http/cross-site/web-origin.js';
import type { CookieFacts } from './cookie-facts.js';
import type { Exchange } from './exchange.js';

/** What no head tells; what is empty here is concluded from the heads, or not known. */
export interface Circumstances {
  readonly production: boolean;
  /** What the address bar of the browser says. */
  readonly url?: URL;
  readonly trustsProxy: boolean;
  readonly socketTls: boolean;
  readonly written?: boolean;
  readonly begun?: boolean;
}

/** The facts of an exchange with an app of these settings. No token leaves this function: it counts and measures them. */
export function factsFrom(
  { cookie: settings, creation }: Pick<SessionSettings, 'cookie' | 'creation'>,
  exchange: Exchange,
  circumstances: Circumstances,
): CookieFacts {
  const { url, written = concludedWritten(exchange, settings), begun, ...rest } = circumstances;
  const cookie = cookiePolicy(settings);
  const header = exchange.headers.get('cookie')?.join('; ');
  const readable = readCookie(header, cookie.name);
  const asked = url ?? askedUrl(exchange);
  const forwardedProto = protoOf(exchange);
  return {
    cookie,
    creation,
    production: rest.production,
    trustsProxy: rest.trustsProxy,
    socketTls: rest.socketTls,
    reached: reachedBy(asked),
    ...(forwardedProto && { forwardedProto }),
    ...(asked && { host: asked.hostname, path: asked.pathname }),
    ...siteOf(exchange),
    target: targetOf(exchange),
    safeMethod: ['GET', 'HEAD'].includes(exchange.method),
    presented: readable.length,
    unreadable: pairsNamed(header, cookie.name).filter((pair) => readCookie(pair, cookie.name).length === 0)
      .length,
    former: cookie.migrateFrom === undefined ? 0 : readCookie(header, cookie.migrateFrom).length,
    ...(written !== undefined && { written }),
    ...(begun !== undefined && { begun }),
    ...(exchange.received && { received: exchange.received }),
  };
}

/** An answer that sets our cookie comes from a session that was written to. */
const concludedWritten = ({ received }: Exchange, settings: SessionSettings['cookie']): true | undefined =>
  received?.some(({ name }) => name === cookiePolicy(settings).name) ? true : undefined;

const first = ({ headers }: Exchange, name: string): string | undefined => headers.get(name)?.[0];

/** The left-most entry is the client's own proxy; the app sees what the one next to it wrote. */
function protoOf(exchange: Exchange): 'https' | 'http' | undefined {
  const said = first(exchange, 'x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase();
  return said === 'https' || said === 'http' ? said : undefined;
}

/** HTTPS where the heads say so by themselves; else plain HTTP, as the app sees it. */
function askedUrl(exchange: Exchange): URL | undefined {
  const host = first(exchange, ':authority') ?? first(exchange, 'host');
  const scheme = first(exchange, ':scheme') ?? protoOf(exchange) ?? 'http';
  const text = /^https?:\/\//.test(exchange.target)
    ? exchange.target
    : `${scheme}://${host ?? ''}${exchange.target}`;
  return parseUrl(text);
}

const OWN_MACHINE = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/;

function reachedBy(url: URL | undefined): CookieFacts['reached'] {
  if (url?.protocol === 'https:') return 'https';
  return url && OWN_MACHINE.test(url.hostname) ? 'localhost' : 'http';
}

const SITES = ['same-origin', 'same-site', 'cross-site', 'none'] as const;

function siteOf(exchange: Exchange): Pick<CookieFacts, 'site'> {
  const site = SITES.find((each) => each === first(exchange, 'sec-fetch-site'));
  return site ? { site } : {};
}

/** A request that does not say what it is for is taken for a page. */
function targetOf(exchange: Exchange): CookieFacts['target'] {
  const destination = first(exchange, 'sec-fetch-dest') ?? 'document';
  if (destination === 'document') return 'top';
  return ['iframe', 'frame', 'fencedframe'].includes(destination) ? 'frame' : 'resource';
}

const pairsNamed = (header: string | undefined, name: string): string[] =>
  (header ?? '').split(';').filter((pair) => pair.trim().startsWith(`${name}=`));
