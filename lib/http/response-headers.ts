import type { ServerResponse } from 'node:http';

/** Adds `Cookie` to `Vary`: a cache must not give one user's answer to another (law H5). */
export function varyByCookie(res: ServerResponse): void {
  const vary = String(res.getHeader('Vary') ?? '');
  if (vary === '') res.setHeader('Vary', 'Cookie');
  else if (vary !== '*' && !/(?:^|,)\s*cookie\s*(?:,|$)/i.test(vary))
    res.setHeader('Vary', `${vary}, Cookie`);
}

/** Headers by which some caches are told more than, or other than, `Cache-Control` says (RFC 9213). */
const FOR_SOME_CACHES = /(?:^|-)cdn-cache-control$|^surrogate-control$/;

/**
 * Forbids every cache to keep an answer that carries a token (law H5), whatever the handler said. Answers the header by which it
 * had allowed a shared cache to keep the answer, if it had.
 */
export function forbidStoring(res: ServerResponse): string | undefined {
  const control = `Cache-Control: ${String(res.getHeader('Cache-Control') ?? '')}`;
  const targeted = res.getHeaderNames().filter((name) => FOR_SOME_CACHES.test(name));
  res.setHeader('Cache-Control', 'no-store');
  for (const name of targeted) res.removeHeader(name);
  return /public|s-maxage/i.test(control) ? control : targeted[0];
}
