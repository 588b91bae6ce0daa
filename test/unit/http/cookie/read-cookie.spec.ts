import { describe, expect, it } from '@jest/globals';
import { readCookie } from '../../../../lib/http/cookie/read-cookie.js';

const read = (header: string | undefined): readonly string[] => readCookie(header, 'sid');

describe('readCookie', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['sid=T', ['T']],
    ['a=1; sid=T; b=2', ['T']],
    ['a=1;sid=T;b=2', ['T']],
    ['a=1; \t sid=T \t ; b=2', ['T']],
    [';;; sid=T;;', ['T']],
    ['sid=A-Za-z0-9_.~', ['A-Za-z0-9_.~']],
  ])('reads %j as %j', (header, values) => {
    expect(read(header)).toEqual(values);
  });

  it.each([
    ['no value', 'sid='],
    ['no equals sign', 'sid'],
    ['a value in quotes', 'sid="T"'],
    ['a percent-encoded value', 'sid=%54'],
    ['a second equals sign', 'sid=T=T'],
    ['a space before the value', 'sid= T'],
    ['a space after the name', 'sid =T'],
    ['a comma', 'sid=T,T'],
    ['a value beyond ASCII', 'sid=Té'],
    ['a no-break space after the value', 'sid=T\u00a0'],
    ['the name in another case', 'SID=T'],
    ['a longer name', 'sids=T'],
    ['a name that only ends in ours', 'xsid=T; .sid=T; $sid=T'],
    ['our name inside a value', 'a=sid=T'],
    ['a no-break space before the name, as browsers send it', '\u00c2\u00a0sid=T'],
    ['a line feed before the name', '\nsid=T'],
  ])('does not take for ours: %s', (_, header) => {
    expect(read(header)).toEqual([]);
  });

  it('passes over what is not ours to what is', () => {
    expect(read('sid="x"; sid=T; sid=%54')).toEqual(['T']);
  });

  it('gives several values in their order, each once', () => {
    expect(read('sid=b; sid=a; sid=b; sid=a')).toEqual(['b', 'a']);
  });

  it('gives at most five, one more than a request may present', () => {
    expect(read('sid=a; sid=b; sid=c; sid=d; sid=e; sid=f; sid=g')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('takes the name as it is, whatever it means to a regular expression or an object', () => {
    expect(readCookie('a.b=1; a+b=2', 'a+b')).toEqual(['2']);
    expect(readCookie('__proto__=T', '__proto__')).toEqual(['T']);
  });
});
