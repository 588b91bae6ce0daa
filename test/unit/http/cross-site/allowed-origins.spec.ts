import { describe, expect, it } from '@jest/globals';
import { allowedOrigins } from '../../../../lib/http/cross-site/allowed-origins.js';
import { problemsOf } from '../../../../lib/errors/configuration.js';
import { thrownBy } from '../../../support/thrown-by.js';

const PLACE = { name: 'CrossSiteGuard', keys: ['allowedOrigins'] };

const read = (options: unknown): ReadonlySet<string> => allowedOrigins(options as object, PLACE);
const problems = (options: unknown) => problemsOf(thrownBy(() => read(options)));
const entry = (text: unknown) => problems({ allowedOrigins: [text] })?.[0];

describe('allowedOrigins()', () => {
  it('answers the origins as browsers write them', () => {
    const given = ['https://a.example', 'HTTPS://B.Example:443', 'http://[::1]:3000', 'https://a.example'];
    expect([...read({ allowedOrigins: given })]).toEqual([
      'https://a.example',
      'https://b.example',
      'http://[::1]:3000',
    ]);
  });

  it.each([[{}], [{ allowedOrigins: undefined }], [{ allowedOrigins: [] }]])(
    'allows nobody for %j',
    (options) => {
      expect(read(options).size).toBe(0);
    },
  );

  it.each([
    ['https://a.example/', 'write "https://a.example"'],
    ['https://a.example/login?next=1', 'write "https://a.example"'],
    ['wss://a.example', 'write "https://a.example"'],
    ['ws://a.example:3000', 'write "http://a.example:3000"'],
    ['https://bücher.example', 'write "https://xn--bcher-kva.example"'],
    ['a.example', 'write "https://…" with the host, and the port if there is one'],
    ['localhost:3000', 'write "https://…" with the host, and the port if there is one'],
    ['https://*.example', 'write each origin by itself'],
    ['*', 'write each origin by itself'],
    ['null', 'remove it: any page on the web can have that origin, in a sandboxed frame'],
    ['', 'write "https://…" with the host, and the port if there is one'],
    [42, 'write a string such as "https://admin.example.com"'],
    [null, 'write a string such as "https://admin.example.com"'],
  ])('refuses %j and says what to write', (text, fix) => {
    expect(entry(text)).toMatchObject({ key: 'allowedOrigins[0]', seen: JSON.stringify(text), fix });
  });

  it('keeps a password to itself', () => {
    expect(entry('https://ada:hunter2@a.example')).toMatchObject({ seen: 'a URL with credentials' });
  });

  it.each([
    [{ allowedOrigins: 'https://a.example' }, 'allowedOrigins'],
    [{ trustedOrigins: [] }, 'trustedOrigins'],
    [['https://a.example'], 'options'],
    [null, 'options'],
    ['https://a.example', 'options'],
  ])('refuses %j', (options, key) => {
    expect(problems(options)).toEqual([expect.objectContaining({ key, file: 'CrossSiteGuard' })]);
  });

  it('names everything that is wrong in one CONFIG_INVALID', () => {
    expect(thrownBy(() => read({ allowedOrigins: ['a', 'https://b.example/'], origins: [] }))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /3 problems:\n- CrossSiteGuard: origins .*\n- CrossSiteGuard: allowedOrigins\[0\] .*\n- CrossSiteGuard: allowedOrigins\[1\] /,
      ),
    });
  });
});
