import type { NextFunction, Request, Response } from 'express';

const POLICY = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'connect-src', 'form-action'].map((kind) => `${kind} 'self'`),
  'img-src data:',
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/** Nothing from elsewhere, in no frame; and no page is kept, so that "back" after a logout shows nobody's cart. */
export function pageHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', POLICY.join('; '));
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
}
