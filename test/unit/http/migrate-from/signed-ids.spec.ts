import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { signedIds } from '../../../../lib/http/migrate-from/signed-ids.js';

/** The library that express-session signs with. */
const { sign } = createRequire(import.meta.url)('cookie-signature') as {
  sign(value: string, secret: string): string;
};

const cookie = (id: string, secret: string, name = 'connect.sid'): string =>
  `${name}=${encodeURIComponent(`s:${sign(id, secret)}`)}`;

describe('signedIds()', () => {
  it.each(['plain', 'with.dots', 'ünicode/é', 'a b;c', '-_~'])(
    'reads what cookie-signature wrote: %p',
    (id) => {
      expect(signedIds(`a=1; ${cookie(id, 'cat')}; b=2`, 'connect.sid', ['dog', 'cat'])).toEqual([id]);
    },
  );

  it('reads what @fastify/session wrote, without a mark', () => {
    const bare = cookie('id/1', 'cat').replace('s%3A', '');
    expect(signedIds(bare, 'connect.sid', ['dog', 'cat'])).toEqual(['id/1']);
    expect(signedIds(bare.replace('id', 'ID'), 'connect.sid', ['dog', 'cat'])).toEqual([]);
  });

  it('answers each id once, and several that are good', () => {
    const header = [cookie('one', 'cat'), cookie('two', 'dog'), cookie('one', 'cat')].join('; ');
    expect(signedIds(header, 'connect.sid', ['cat', 'dog'])).toEqual(['one', 'two']);
  });

  it.each([
    ['another secret', cookie('id', 'mouse')],
    ['another name', cookie('id', 'cat', 'Connect.sid')],
    ['a mark that was signed with it', `connect.sid=${encodeURIComponent(sign('s:id', 'cat'))}`],
    ['no id', `connect.sid=${encodeURIComponent(`s:${sign('', 'cat')}`)}`],
    ['no signature', 'connect.sid=s%3Aid'],
    ['an empty signature', 'connect.sid=s%3Aid.'],
    ['padding', `${cookie('id', 'cat')}%3D`],
    ['bytes that are no text', 'connect.sid=s%3Aid.%FF%FE'],
    ['quotes', cookie('id', 'cat').replace('=', '="').concat('"')],
    ['far too much', `connect.sid=s%3A${'x'.repeat(2000)}.${'y'.repeat(43)}`],
    ['nothing', ''],
  ])('answers nothing for %s', (_, header) => {
    expect(signedIds(header, 'connect.sid', ['cat', 'dog'])).toEqual([]);
  });
});
