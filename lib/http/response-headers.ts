import type { ServerResponse } from 'node:http';

/** Adds `Cookie` to `Vary`: a cache must not give one user's answer to another (law H5). */
export function varyByCookie(res: ServerResponse): void {
  const vary = String(res.getHeader('Vary') ?? '');
  if (vary === '') res.setHeader('Vary', 'Cookie');
  else if (vary !== '*' && !/(?:^|,)\s*cookie\s*(?:,|$)/i.test(vary))
    res.setHeader('Vary', `${vary}, Cookie`);
}

/**
 * Forbids every cache to keep an answer that carries a token (law H5), whatever the handler said. Answers what it said, if that
 * allowed a shared cache to keep the answer.
 */
export function forbidStoring(res: ServerResponse): string | undefined {
  const said = String(res.getHeader('Cache-Control') ?? '');
  res.setHeader('Cache-Control', 'no-store');
  return /public|s-maxage/i.test(said) ? said : undefined;
}
