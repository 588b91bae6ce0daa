import { describe, expect, it } from '@jest/globals';
import { cookiePolicy } from '../../../../lib/http/cookie/cookie-policy.js';
import { readCookie } from '../../../../lib/http/cookie/read-cookie.js';
import { clearCookie, setCookie } from '../../../../lib/http/cookie/write-cookie.js';

const everything = cookiePolicy({
  name: 'sid',
  path: '/app',
  domain: 'example.com',
  sameSite: 'none',
  partitioned: true,
  priority: 'high',
});

describe('setCookie', () => {
  it('writes the defaults in a fixed order', () => {
    expect(setCookie(cookiePolicy(), 'T', { secure: false })).toBe(
      'serving_session=T; Path=/; HttpOnly; SameSite=Lax',
    );
  });

  it('writes every attribute in a fixed order', () => {
    expect(setCookie(everything, 'T', { secure: true })).toBe(
      'sid=T; Path=/app; HttpOnly; SameSite=None; Secure; Domain=example.com; Partitioned; Priority=High',
    );
  });

  it('leaves out HttpOnly when the settings do', () => {
    expect(setCookie(cookiePolicy({ httpOnly: false }), 'T', { secure: false })).toBe(
      'serving_session=T; Path=/; SameSite=Lax',
    );
  });

  it.each([[''], ['T; Domain=example.com'], ['T\r\nX: y'], ['"T"'], ['T T'], ['é']])(
    'refuses to write %j as a token',
    (token) => {
      expect(() => setCookie(cookiePolicy(), token, { secure: false })).toThrow(
        expect.objectContaining({ code: 'BAD_CREDENTIAL' }),
      );
    },
  );

  it('writes what readCookie reads back', () => {
    const [pair = ''] = setCookie(cookiePolicy(), 'A-z_0.9~', { secure: true }).split('; ');
    expect(readCookie(pair, 'serving_session')).toEqual(['A-z_0.9~']);
  });
});

describe('clearCookie', () => {
  it('repeats the scope, empties the value and lies in the past twice over', () => {
    expect(clearCookie(everything, true)).toBe(
      'sid=; Path=/app; HttpOnly; SameSite=None; Secure; Domain=example.com; Partitioned; Priority=High; ' +
        'Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    );
  });
});
