import { describe, expect, it } from '@jest/globals';
import { mergeSetCookie } from '../../../../lib/http/cookie/merge-set-cookie.js';

const OURS = 'sid=T; Path=/; HttpOnly';

describe('mergeSetCookie', () => {
  it.each([
    ['nothing', undefined, []],
    ['one line', 'a=1', ['a=1']],
    ['an empty list', [], []],
    ['lines', ['b=2; Path=/', 'a=1'], ['b=2; Path=/', 'a=1']],
    ['a number, which Node allows', 5, ['5']],
    ['a line of our name', 'sid=x; Path=/app; Domain=example.com', []],
    ['lines of our name between others', ['a=1', 'sid=x', 'b=2', 'sid=; Max-Age=0'], ['a=1', 'b=2']],
    ['our name within blanks, as browsers read it', [' \tsid =x', 'a=1'], ['a=1']],
    ['names that are only like ours', ['SID=x', 'sids=x', 'xsid=x'], ['SID=x', 'sids=x', 'xsid=x']],
    ['our name elsewhere', ['a=sid=x', 'a=1; sid=x', 'sid'], ['a=sid=x', 'a=1; sid=x', 'sid']],
  ])('puts ours behind %s', (_, existing, kept) => {
    expect(mergeSetCookie(existing, OURS)).toEqual([...kept, OURS]);
  });

  it('leaves the list alone that it was given', () => {
    const existing = ['sid=x', 'a=1'];
    mergeSetCookie(existing, OURS);
    expect(existing).toEqual(['sid=x', 'a=1']);
  });
});
