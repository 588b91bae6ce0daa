import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StartedSample } from '../support/started-sample.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;
const SECRETS = /lovelace|hopper/g;

describe('the shop', () => {
  let sample: StartedSample;

  beforeAll(async () => {
    sample = await StartedSample.start('10-shop', /is drawn at \S+/);
  }, 3 * MINUTE_MS);

  afterAll(() => sample?.stop());

  it('starts with its pages and what they need', async () => {
    const visitor = new Visitor(sample.url);
    const page = await visitor.get('/');
    const needed = [...String(page.body).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect([page.status, page.cookies, needed]).toEqual([200, [], ['/assets/shop.css', '/assets/shop.js']]);
    for (const path of needed) {
      const { status, headers, cookies } = await visitor.get(path);
      expect([status, headers.get('vary'), cookies]).toEqual([200, null, []]);
    }
  });

  it('tells how to log in, and lets those users in with their carts', async () => {
    const visitor = new Visitor(sample.url);
    expect(sample.output.match(SECRETS)).toEqual(['lovelace', 'hopper']);
    expect((await visitor.post('/cart/add', { sku: 'assam' })).status).toBe(303);
    expect((await visitor.post('/login', { name: 'Ada', password: 'hopper' })).status).toBe(401);
    expect((await visitor.post('/login', { name: 'Ada', password: 'lovelace' })).status).toBe(303);
    expect((await visitor.get('/checkout')).body).toContain('1 × Assam No. 7: € 9.80');
  });

  it('answers bad input with 400 and a sentence', async () => {
    const visitor = new Visitor(sample.url);
    for (const [path, form] of [
      ['/cart/add', { sku: '__proto__' }],
      ['/cart/add', undefined],
      ['/cart/put', { sku: ['assam'], count: '1' }],
      ['/cart/put', { sku: 'assam', count: 'many' }],
    ] as const)
      expect(await visitor.post(path, form)).toMatchObject({ status: 400, cookies: [] });
  });
});
