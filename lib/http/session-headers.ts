import type { ServerResponse } from 'node:http';
import type { SessionHandle } from '../session/session-handle.js';
import { secureFor } from './cookie/cookie-policy.js';
import { mergeSetCookie } from './cookie/merge-set-cookie.js';
import { clearCookie, setCookie } from './cookie/write-cookie.js';
import { forbidStoring, varyByCookie } from './response-headers.js';
import type { SessionRuntimeParts } from './session-runtime.js';

/** What the headers of a session depend on, beside the session. */
export interface HeaderFacts {
  readonly parts: Pick<SessionRuntimeParts, 'cookie' | 'production' | 'warn'>;
  readonly encrypted: boolean;
  /** Such as `GET /cart`, for the warning. */
  readonly where: string;
}

/** Tells a client and the caches on the way about one session of its request (laws H3, H5). Doing it twice is no mistake. */
export function writeSessionHeaders(
  res: ServerResponse,
  { cookie: change, lookedAt }: Pick<SessionHandle, 'cookie' | 'lookedAt'>,
  { parts: { cookie, production, warn }, encrypted, where }: HeaderFacts,
): void {
  if (lookedAt) varyByCookie(res);
  if (change.kind === 'keep') return;
  const secure = secureFor(cookie, { encrypted, production });
  const line = change.kind === 'set' ? setCookie(cookie, change.token, secure) : clearCookie(cookie, secure);
  res.setHeader('Set-Cookie', mergeSetCookie(res.getHeader('Set-Cookie'), line));
  const said = forbidStoring(res);
  if (said === undefined) return;
  warn(
    `${where} answers with a session cookie and "${said}"; it was sent as no-store. ` +
      'Fix: do not write to the session in a route that caches may keep.',
  );
}
