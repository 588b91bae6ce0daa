import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { forbidStoring, varyByCookie } from '../../../lib/http/response-headers.js';

function responseWith(headers: Record<string, string | string[]>): ServerResponse {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  return res;
}

describe('varyByCookie()', () => {
  it.each([
    [undefined, 'Cookie'],
    ['', 'Cookie'],
    ['Origin', 'Origin, Cookie'],
    ['cookie', 'cookie'],
    ['Origin,  COOKIE , Accept', 'Origin,  COOKIE , Accept'],
    ['X-Cookie', 'X-Cookie, Cookie'],
    ['Cookie-Consent', 'Cookie-Consent, Cookie'],
    ['*', '*'],
    [['Origin', 'Accept'], 'Origin,Accept, Cookie'],
  ])('makes %j to %j', (vary, expected) => {
    const res = responseWith(vary === undefined ? {} : { Vary: vary });
    varyByCookie(res);
    varyByCookie(res);
    expect(res.getHeader('vary')).toBe(expected);
  });
});

describe('forbidStoring()', () => {
  it.each([
    [{}, undefined],
    [{ 'Cache-Control': 'private, max-age=60' }, undefined],
    [{ 'Cache-Control': 'Public, max-age=60' }, 'Cache-Control: Public, max-age=60'],
    [{ 'Cache-Control': 's-maxage=60' }, 'Cache-Control: s-maxage=60'],
    [{ 'CDN-Cache-Control': 'max-age=60' }, 'cdn-cache-control'],
    [{ 'Some-CDN-Cache-Control': 'max-age=60' }, 'some-cdn-cache-control'],
    [{ 'Surrogate-Control': 'max-age=60' }, 'surrogate-control'],
  ])('overrules %j', (headers, said) => {
    const res = responseWith(headers);
    expect(forbidStoring(res)).toBe(said);
    expect({ ...res.getHeaders() }).toEqual({ 'cache-control': 'no-store' });
    expect(forbidStoring(res)).toBeUndefined();
  });
});
