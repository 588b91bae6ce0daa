import type { ServerResponse } from 'node:http';

/** Headers that describe the answer that is not sent. */
const ABOUT_THE_ANSWER = [
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'link',
  'location',
  'set-cookie',
  'trailer',
  'transfer-encoding',
];

/** Takes back everything that would tell of a success, so that a failure can be sent as JSON in its place (law H2). */
export function replaceAnswer(res: ServerResponse, statusCode: number): void {
  for (const name of ABOUT_THE_ANSWER) res.removeHeader(name);
  res.statusCode = statusCode;
  if (res.statusMessage) res.statusMessage = '';
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
}
