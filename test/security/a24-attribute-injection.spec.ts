import { describe, expect, it } from '@jest/globals';
import { type CookiePolicy, cookiePolicy } from '../../lib/http/cookie/cookie-policy.js';
import { cookieProblems } from '../../lib/http/cookie/cookie-problems.js';
import { setCookie } from '../../lib/http/cookie/write-cookie.js';
import { ModelBrowser } from '../support/model-browser.js';

/** A good value of each setting that is a text. */
const SETTINGS = {
  name: 'sid',
  path: '/app',
  domain: 'example.com',
  sameSite: 'lax',
  priority: 'high',
  prefix: 'host',
} as const;

const TEXTS = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code));
const INTRUDERS = [...CONTROLS, '\u007f', ';', ',', '=', ' ', '\u0080', '\u00a0', 'é', '\u2028', '😀'];

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe.each(TEXTS)('A24 attribute injection into %s', (setting) => {
  const good = SETTINGS[setting];
  const keys = (value: string): string[] => cookieProblems({ [setting]: value }).map(({ key }) => key);

  it('is possible with no control character, separator or character beyond ASCII, wherever it stands', () => {
    for (const intruder of INTRUDERS) {
      for (const value of [`${good}${intruder}`, `${good}${intruder}x`, `${good.slice(0, 1)}${intruder}x`]) {
        expect(keys(value)).toEqual([`session.cookie.${snake(setting)}`]);
      }
    }
  });

  it('stops the boot with an error of one line a problem, whatever the value holds', () => {
    const value = `${good}\r\n- forged: line\u2028\u001b[2J`;
    expect(() => cookiePolicy({ [setting]: value })).toThrow(
      /has 1 problem:\n- [^\r\n\u2028\u001b]*\n Fix: /,
    );
  });
});

describe('A24, unprotected', () => {
  const written = (settings: Partial<CookiePolicy>): string =>
    setCookie({ ...cookiePolicy(), ...settings }, 'T', { secure: true });

  it('gives the cookie to a whole domain by way of its path', () => {
    const sibling = new ModelBrowser('evil.example.com');
    expect(sibling.receive(written({ domain: 'app.example.com' }))).toBe(false);
    expect(sibling.receive(written({ path: '/; Domain=example.com' }))).toBe(true);
  });

  it('splits the header', () => {
    expect(written({ path: '/\r\nLocation: //evil.example' })).toContain('\r\nLocation:');
  });
});
