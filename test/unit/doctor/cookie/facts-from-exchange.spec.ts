import { describe, expect, it } from '@jest/globals';
import { readExchange } from '../../../../lib/doctor/cookie/exchange.js';
import { type Circumstances, factsFrom } from '../../../../lib/doctor/cookie/facts-from-exchange.js';
import type { SessionSettings } from '../../../../lib/config/settings.js';
import { load } from '../../../support/loading-settings.js';

const PLAIN: Circumstances = { production: false, trustsProxy: false, socketTls: false };

async function factsOf(heads: string, circumstances: Partial<Circumstances> = {}, cookie = {}) {
  const settings: SessionSettings = await load({ options: { cookie } });
  const exchange = readExchange(heads);
  if (!exchange) throw new Error('these are no heads');
  return factsFrom(settings, exchange, { ...PLAIN, ...circumstances });
}

describe('the facts of an exchange', () => {
  it.each([
    ['GET / HTTP/1.1\nHost: app.example.com', 'http', 'app.example.com'],
    ['GET / HTTP/1.1\nHost: localhost:3000', 'localhost', 'localhost'],
    ['GET / HTTP/1.1\nHost: 127.0.0.1:3000', 'localhost', '127.0.0.1'],
    ['GET / HTTP/1.1\nHost: [::1]:3000', 'localhost', '[::1]'],
    ['GET / HTTP/1.1\nHost: app.example.com\nX-Forwarded-Proto: https', 'https', 'app.example.com'],
    ['GET / HTTP/1.1\nHost: a.example\nX-Forwarded-Proto: http, https', 'https', 'a.example'],
    ['GET https://a.example/x HTTP/1.1', 'https', 'a.example'],
    ['GET / HTTP/2\n:authority: a.example\n:scheme: https', 'https', 'a.example'],
  ])('tell how the browser came: %j', async (heads, reached, host) => {
    expect(await factsOf(heads)).toMatchObject({ reached, host });
  });

  it('are what the address bar says, where somebody tells', async () => {
    const url = new URL('https://shop.example/cart?token=x');
    expect(await factsOf('GET / HTTP/1.1\nHost: internal:3000', { url })).toMatchObject({
      reached: 'https',
      host: 'shop.example',
      path: '/cart',
    });
  });

  it.each([
    ['document', 'top'],
    ['iframe', 'frame'],
    ['empty', 'resource'],
    ['image', 'resource'],
  ])('take a request for %s as one for the %s', async (destination, target) => {
    expect(await factsOf(`GET / HTTP/1.1\nSec-Fetch-Dest: ${destination}`)).toMatchObject({ target });
  });

  it('hold the site of a browser, and none that no browser sends', async () => {
    expect(await factsOf('GET / HTTP/1.1\nSec-Fetch-Site: cross-site')).toMatchObject({ site: 'cross-site' });
    expect(await factsOf('GET / HTTP/1.1\nSec-Fetch-Site: elsewhere')).not.toHaveProperty('site');
  });

  it('count the cookies of the name by the rules of reading', async () => {
    const heads =
      'GET / HTTP/1.1\nCookie: serving_session=abc; x=serving_session=1; serving_session="q"; old=o';
    const facts = await factsOf(heads, {}, { migrateFrom: 'old' });
    expect(facts).toMatchObject({ presented: 1, unreadable: 1, former: 1 });
    expect(JSON.stringify({ ...facts, cookie: null })).not.toContain('abc');
  });

  it('conclude from a cookie that was set that the session was written to', async () => {
    const answer = 'GET / HTTP/1.1\n\nHTTP/1.1 200 OK\nSet-Cookie: serving_session=a';
    expect(await factsOf(answer)).toMatchObject({ written: true });
    expect(await factsOf(answer.replace('serving_', ''))).not.toHaveProperty('written');
    expect(await factsOf(answer, { written: false })).toMatchObject({ written: false });
  });
});
