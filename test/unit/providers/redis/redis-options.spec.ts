import { describe, expect, it } from '@jest/globals';
import { problemsOf } from '../../../../lib/errors/configuration.js';
import { RedisSessionProvider } from '../../../../lib/providers/redis/index.js';
import { parseRedisOptions } from '../../../../lib/providers/redis/redis-options.js';
import { describeCachedOption } from '../../../support/describe-cached-option.js';
import { thrownBy } from '../../../support/thrown-by.js';

const SECRET = 'hunter2hunter2';
const url = 'redis://localhost';
const client = { sendCommand() {}, connect() {}, destroy() {}, duplicate() {} };

/** The keys that a configuration is refused for. No secret is told with them. */
function refusedKeys(config: Record<string, unknown>): string[] | undefined {
  const error = thrownBy(() => RedisSessionProvider.checkConfig(config));
  expect(String(error)).not.toContain(SECRET);
  return problemsOf(error)?.map(({ key }) => key.replace('session.config.', ''));
}

describe('the options of RedisSessionProvider', () => {
  describeCachedOption((cached) => parseRedisOptions({ url, cached }).cached);

  it('need only a place', () => {
    expect(parseRedisOptions({ url })).toMatchObject({ prefix: 'sess:', url: { host: 'localhost' } });
  });

  it.each([
    [{ cluster: ['redis://a', 'redis://b:7000'] }],
    [{ sentinel: { name: 'main', nodes: ['redis://:secret@a:26379'] } }],
    [{ sentinel: { name: 'main', nodes: ['redis://a'], username: 'u', password: 'p', database: 2 } }],
    [{ client }],
    [{ client: { ...client, nodeClient() {} } }],
    [{ client: { call() {}, connect() {}, disconnect() {}, duplicate() {} } }],
    [{ url, driver: 'ioredis', prefix: 'shop/sess:', tls: { ca: './ca.pem', cert: 'c.pem', key: 'k.pem' } }],
    [{ url, tls: { servername: 'redis.internal' } }],
  ])('may be %j', (config) => {
    expect(refusedKeys(config)).toBeUndefined();
  });

  it('may ask for replicas, for half a second unless it says how long', () => {
    expect(parseRedisOptions({ url, durable: { replicas: 2 } }).durable).toEqual({
      replicas: 2,
      timeout: 500,
    });
    const durable = { replicas: 1, timeout: '2s' };
    expect(parseRedisOptions({ url, durable }).durable).toEqual({ replicas: 1, timeout: 2000 });
  });

  it.each([
    ['no place', {}, ['url']],
    ['two places', { url, cluster: ['redis://a'] }, ['url']],
    ['three places', { url, client, sentinel: { name: 'm', nodes: ['redis://a'] } }, ['url']],
    ['a wrong URL', { url: `http://:${SECRET}@localhost` }, ['url']],
    ['a URL in the place of a list', { cluster: `redis://:${SECRET}@a` }, ['cluster']],
    ['an empty cluster', { cluster: [] }, ['cluster']],
    ['a cluster on a socket', { cluster: ['unix:/redis.sock'] }, ['cluster']],
    ['a cluster with two passwords', { cluster: [`redis://:${SECRET}@a`, 'redis://:other@b'] }, ['cluster']],
    ['a cluster that is half TLS', { cluster: ['redis://a', 'rediss://b'] }, ['cluster']],
    ['sentinels without a name', { sentinel: { nodes: ['redis://a'] } }, ['sentinel']],
    [
      'sentinels with a slip',
      { sentinel: { name: 'm', nodes: ['redis://a'], pasword: SECRET } },
      ['sentinel'],
    ],
    [
      'a password that is a number',
      { sentinel: { name: 'm', nodes: ['redis://a'], password: 1 } },
      ['sentinel'],
    ],
    ['a negative database', { sentinel: { name: 'm', nodes: ['redis://a'], database: -1 } }, ['sentinel']],
    ['a client that is none', { client: { get() {} } }, ['client']],
    [
      'a client that reads from replicas',
      { client: { ...client, options: { scaleReads: 'slave' } } },
      ['client'],
    ],
    ['a driver that is none', { url, driver: 'valkey-glide' }, ['driver']],
    ['a driver beside a client', { client, driver: 'ioredis' }, ['driver']],
    ['TLS beside a client', { client, tls: { ca: 'ca.pem' } }, ['tls']],
    ['a certificate without its key', { url, tls: { cert: 'cert.pem' } }, ['tls']],
    ['TLS that trusts everybody', { url, tls: { rejectUnauthorized: false } }, ['tls']],
    ['a hash tag, which puts all sessions on one node', { url, prefix: '{shop}:' }, ['prefix']],
    ['an empty prefix', { url, prefix: '' }, ['prefix']],
    ['no replicas', { url, durable: { replicas: 0 } }, ['durable']],
    ['replicas as a switch', { url, durable: true }, ['durable']],
    ['replicas for hours', { url, durable: { replicas: 1, timeout: '2h' } }, ['durable']],
    ['replicas for a while', { url, durable: { replicas: 1, timeout: 'soon' } }, ['durable']],
    ['replicas of a cluster', { cluster: ['redis://a'], durable: { replicas: 1 } }, ['durable']],
    [
      'replicas of a cluster behind a client',
      { client: { ...client, nodeClient() {} }, durable: { replicas: 1 } },
      ['durable'],
    ],
    ['slips, all at once', { urll: url, prefix: '', url }, ['urll', 'prefix']],
  ])('are refused with the key: %s', (_, config, keys) => {
    expect(refusedKeys(config)).toEqual(keys);
  });
});
