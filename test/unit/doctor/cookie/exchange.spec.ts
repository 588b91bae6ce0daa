import { describe, expect, it } from '@jest/globals';
import { readExchange } from '../../../../lib/doctor/cookie/exchange.js';

const TOKEN = 'canary-token-that-nobody-may-see';

const HEADS = `POST /login?next=/ HTTP/1.1
Host: app.example.com
Cookie: a=b
cookie: c=d

HTTP/1.1 201 Created
Set-Cookie: serving_session=${TOKEN}; Path=/; HttpOnly; SameSite=Lax
Set-Cookie: theme = dark ;Secure

{"body": "GET / HTTP/1.1"}`;

const CURL = `* Host app.example.com:443 was resolved.
> POST /login HTTP/2
> Host: app.example.com
> Cookie: a=b
>
{ [5 bytes data]
< HTTP/2 201
< set-cookie: serving_session=${TOKEN}; Path=/
<
GET /in-the-body HTTP/1.1`;

describe('readExchange()', () => {
  it('reads the heads of a request and its answer, and no body', () => {
    const exchange = readExchange(HEADS);
    expect(exchange).toMatchObject({ method: 'POST', target: '/login?next=/' });
    expect(exchange?.headers.get('cookie')).toEqual(['a=b', 'c=d']);
    expect(exchange?.received?.map(({ name, valueLength }) => [name, valueLength])).toEqual([
      ['serving_session', TOKEN.length],
      ['theme', 4],
    ]);
    expect([...(exchange?.received?.[0]?.attributes ?? [])]).toEqual([
      ['path', '/'],
      ['httponly', ''],
      ['samesite', 'Lax'],
    ]);
  });

  it('reads what curl -v prints, and passes over its talk', () => {
    expect(readExchange(CURL)).toMatchObject({
      method: 'POST',
      target: '/login',
      received: [{ name: 'serving_session' }],
    });
  });

  it('takes the last of several exchanges', () => {
    const [first, second] = [HEADS.replaceAll('/login', '/first'), HEADS].map(
      (heads) => heads.split('\n\n{')[0],
    );
    expect(readExchange(`${first}\n\n${second}`)?.target).toBe('/login?next=/');
  });

  it('knows no answer where none is given, and nothing in what is no request', () => {
    expect(readExchange('GET / HTTP/1.1\r\nHost: a\r\n')).not.toHaveProperty('received');
    for (const text of ['', 'HTTP/1.1 200 OK', 'Host: a', 'get / HTTP/1.1', '\0'])
      expect(readExchange(text)).toBeUndefined();
  });

  it('keeps no value of a cookie that was set', () => {
    const { received } = readExchange(HEADS) ?? {};
    const kept = received?.map((line) => [line.name, line.valueLength, ...line.attributes]);
    expect(JSON.stringify(kept)).not.toContain(TOKEN);
  });

  it('reads a long head in linear time', () => {
    const head = `GET / HTTP/1.1\n${`x: ${'y'.repeat(60)}\n`.repeat(20_000)}`;
    expect(readExchange(head)?.headers.get('x')).toHaveLength(20_000);
  });
});
