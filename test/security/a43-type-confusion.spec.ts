import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../lib/credentials/nonce.js';
import { joinToken, newSessionId } from '../../lib/credentials/token.js';
import { readCookie } from '../../lib/http/cookie/read-cookie.js';

const NAME = 'serving_session';
const token = joinToken({ id: newSessionId(), secret: newNonce() });

/** Values that parsers with conventions turn into something that is no text, or into another text. */
const CONVENTIONS = [
  ['an object of cookie-parser', 'j:{"id":1}'],
  ['an encoded object of cookie-parser', 'j%3A%7B%22id%22%3A1%7D'],
  ['a list of cookie-parser', 'j:["a","b"]'],
  ['an encoded list of cookie-parser', 'j%3A%5B%5D'],
  ['a signed value of cookie-parser', `s:${token}`],
  ['an encoded signed value of cookie-parser', `s%3A${token}`],
  ['JSON', `"${token}"`],
  ['a list in brackets', `[${token}]`],
  ['base64 with padding', `${token}==`],
] as const;

describe('A43 type confusion', () => {
  it.each(CONVENTIONS)('%s is not ours: the request is anonymous', (_, value) => {
    expect(readCookie(`${NAME}=${value}`, NAME)).toEqual([]);
  });

  it('a name in brackets makes no list and no object of ours', () => {
    expect(readCookie(`${NAME}[]=${token}; ${NAME}[id]=${token}; ${NAME}.id=${token}`, NAME)).toEqual([]);
  });

  it.each([
    [42],
    [null],
    [true],
    [[`${NAME}=${token}`]],
    [{ [NAME]: token }],
    [{ length: 3, includes: () => true }],
  ])('a header that is %p, as other middleware may leave it, reads as none', (header) => {
    expect(readCookie(header as never, NAME)).toEqual([]);
  });

  it('every value that is handed on is a text', () => {
    expect(readCookie(`${NAME}=${token}; ${NAME}=1; ${NAME}=true`, NAME)).toEqual([token, '1', 'true']);
  });
});

describe('A43, unprotected', () => {
  /** How cookie-parser reads values that begin with `j:`. */
  const parsed = (value: string): unknown => {
    const text = decodeURIComponent(value);
    return text.startsWith('j:') ? JSON.parse(text.slice(2)) : text;
  };

  it('a client chooses the type', () => {
    expect(parsed('j%3A%7B%22id%22%3A1%7D')).toEqual({ id: 1 });
    expect(parsed('j:["a","b"]')).toEqual(['a', 'b']);
  });
});
