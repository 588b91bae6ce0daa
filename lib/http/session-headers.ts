import type { ServerResponse } from 'node:http';
import type { SessionHandle } from '../session/session-handle.js';
import type { CookieChange } from '../session/cookie-change.js';
import { type CookiePolicy, secureFor } from './cookie/cookie-policy.js';
import { mergeSetCookie } from './cookie/merge-set-cookie.js';
import { clearCookie, setCookie } from './cookie/write-cookie.js';
import { forbidStoring, varyByCookie } from './response-headers.js';
import type { SessionRuntimeParts } from './session-runtime.js';

/** What the headers of a session depend on, beside the session. */
export interface HeaderFacts {
  readonly parts: Pick<SessionRuntimeParts, 'cookie' | 'production' | 'warn' | 'clearSiteData'>;
  readonly encrypted: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The name of the cookie that the request brought instead, which is of no use any more. Empty when it brought ours. */
  readonly former: string | undefined;
  /** Such as `GET /cart`, for the warning. */
  readonly where: string;
}

/** What `session.clear_site_data` stands for (W3C Clear Site Data, 3.1). */
const SITE_DATA = {
  none: undefined,
  cache: '"cache"',
  storage: '"cache", "storage"',
  all: '"cache", "cookies", "storage"',
} as const;

/** Tells a client and the caches on the way about one session of its request (laws H3, H5). Doing it twice is no mistake. @param factsOf asked only when the client is told something. */
export function writeSessionHeaders(
  res: ServerResponse,
  { cookie: change, lookedAt }: Pick<SessionHandle, 'cookie' | 'lookedAt'>,
  factsOf: () => HeaderFacts,
): void {
  if (lookedAt || change.kind !== 'keep') varyByCookie(res);
  if (change.kind === 'keep') return;
  const facts = factsOf();
  const { parts, encrypted, where } = facts;
  res.setHeader('Set-Cookie', mergeSetCookie(res.getHeader('Set-Cookie'), ...cookieLines(change, facts)));
  const siteData = change.loggedOut ? SITE_DATA[kept(parts.clearSiteData, change)] : undefined;
  if (siteData !== undefined && encrypted) res.setHeader('Clear-Site-Data', siteData);
  const said = forbidStoring(res);
  if (said === undefined) return;
  parts.warn(
    `${where} answers with a session cookie and "${said}"; it was sent as no-store. ` +
      'Fix: do not write to the session in a route that caches may keep.',
  );
}

/** Cookies stay where a farewell has just set one: a browser would forget it with the others. */
const kept = (
  siteData: SessionRuntimeParts['clearSiteData'],
  { kind }: CookieChange,
): SessionRuntimeParts['clearSiteData'] => (siteData === 'all' && kind === 'set' ? 'storage' : siteData);

/** The line of our cookie, and before it those that take away the cookie of before, which may have been one of this host only. */
function* cookieLines(
  change: Exclude<CookieChange, { kind: 'keep' }>,
  { parts: { cookie, production }, encrypted, now, former }: HeaderFacts,
): Generator<string> {
  const secure = secureFor(cookie, { encrypted, production });
  if (former !== undefined) {
    yield clearCookie(cookie, secure, former);
    if (cookie.domain !== undefined) yield clearCookie({ ...cookie, domain: undefined }, secure, former);
  }
  yield change.kind === 'set' ? lineOf(change, cookie, secure, now) : clearCookie(cookie, secure);
}

const lineOf = (
  { token, expiresAt }: Extract<CookieChange, { kind: 'set' }>,
  ...[cookie, secure, now]: [CookiePolicy, boolean, number]
): string =>
  setCookie(cookie, token, { secure, ...(expiresAt === undefined ? {} : { maxAge: expiresAt - now }) });
