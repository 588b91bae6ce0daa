import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { applyHeaders } from '../../../lib/http/head-arguments.js';

const response = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));

/** The headers of a response after `writeHead(200, …rest)`. */
function headersAfter(rest: readonly unknown[], before: Record<string, string | string[]> = {}) {
  const res = response();
  for (const [name, value] of Object.entries(before)) res.setHeader(name, value);
  applyHeaders(res, rest);
  return { ...res.getHeaders() };
}

describe('the arguments of writeHead()', () => {
  it.each([
    ['an object', [{ 'X-A': '1', 'X-B': ['2', '3'] }]],
    ['an object after a reason', ['Fine', { 'X-A': '1', 'X-B': ['2', '3'] }]],
    ['a flat list', [['X-A', '1', 'X-B', ['2', '3']]]],
    ['a flat list that repeats a name', [['X-A', '1', 'X-B', '2', 'x-b', '3']]],
    [
      'a list of pairs',
      [
        [
          ['X-A', '1'],
          ['X-B', '2'],
          ['X-B', '3'],
        ],
      ],
    ],
  ])('may be %s', (_, rest) => {
    expect(headersAfter(rest)).toEqual({ 'x-a': '1', 'x-b': ['2', '3'] });
  });

  it('may be none, and may hold what is undefined or a number', () => {
    expect(headersAfter([])).toEqual({});
    expect(headersAfter([undefined, undefined])).toEqual({});
    expect(headersAfter(['Fine'])).toEqual({});
    expect(headersAfter([{ 'X-A': undefined, 'Content-Length': 3 }])).toEqual({ 'content-length': 3 });
  });

  it('replace a header that was set before, as with Node', () => {
    expect(headersAfter([{ 'x-a': 'new' }], { 'X-A': 'old' })).toEqual({ 'x-a': 'new' });
  });

  it('add to the cookies that were set before, where Node replaces them', () => {
    expect(headersAfter([{ 'set-cookie': 'b=2' }], { 'Set-Cookie': ['a=1'] })).toEqual({
      'set-cookie': ['a=1', 'b=2'],
    });
    expect(headersAfter([['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']])).toEqual({
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  it('answer the reason phrase', () => {
    expect(applyHeaders(response(), ['Fine', {}])).toBe('Fine');
    expect(applyHeaders(response(), [{}])).toBeUndefined();
  });
});
