import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { StartedSample } from '../support/started-sample.js';
import { folderWith } from '../support/temporary-folder.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;
const PRINTED = /is drawn at \S+/;
const SECRETS = /lovelace|hopper/g;

/** Fills a cart, logs in on two devices, and signs out everywhere else. */
async function expectSignOutEverywhereElse(url: string): Promise<void> {
  const [laptop, phone] = [new Visitor(url), new Visitor(url)];
  const grace = { name: 'Grace', password: 'hopper' };
  await laptop.post('/cart/add', { sku: 'assam' });
  for (const each of [laptop, phone]) expect((await each.post('/login', grace)).status).toBe(303);
  expect((await laptop.get('/checkout')).body).toContain('1 × Assam No. 7: € 9.80');
  const devices = async (): Promise<string> => String((await laptop.get('/devices')).body);
  expect((await devices()).match(/<li class="row">/g)).toHaveLength(2);
  expect((await laptop.post('/devices/sign-out-others')).status).toBe(303);
  expect(await devices()).toContain('Signed out everywhere else: 1 device.');
  expect((await devices()).match(/<li class="row">/g)).toHaveLength(1);
  expect((await phone.get('/devices')).headers.get('location')).toMatch(/^\/login/);
}

describe('the shop', () => {
  let sample: StartedSample;

  beforeAll(async () => {
    sample = await StartedSample.start('10-shop', PRINTED);
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

  it('signs out everywhere else', () => expectSignOutEverywhereElse(sample.url));

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

/** Starts the shop by the line of its README for that environment, beside whose YAML nothing differs. */
async function expectTheSameWith(
  environment: string,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  const sample = await StartedSample.start('10-shop', PRINTED, { SERV_ENVIRONMENT: environment, ...given });
  try {
    await expectSignOutEverywhereElse(sample.url);
  } finally {
    await sample.stop();
  }
}

describe('the shop with another YAML', () => {
  it('does the same in a file', () =>
    expectTheSameWith('sqlite', { SESSIONS_FILE: join(folderWith({}), 'shop.db') }));
});

describeWith('the shop with the YAML for Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  it('does the same there', async () => {
    const server = await RedisServer.start(binary);
    try {
      await expectTheSameWith('redis', { REDIS_URL: server.url });
    } finally {
      await server.stop();
    }
  });
});

describeWith('the shop with the YAML for PostgreSQL', PostgresServer.needs(), (binaries) => {
  it('does the same there', async () => {
    const server = await PostgresServer.start(binaries);
    try {
      await expectTheSameWith('postgres', { DATABASE_URL: server.url });
    } finally {
      await server.stop();
    }
  });
});
