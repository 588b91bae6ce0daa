import { describe, expect, it } from '@jest/globals';
import { makeClient } from '../../../../lib/providers/redis/make-client.js';
import { parseRedisOptions } from '../../../../lib/providers/redis/redis-options.js';
import { rejectionOf } from '../../../support/thrown-by.js';

/** Loads packages of which only some are installed; each makes a client that tells how it was made. */
function packages(installed: Readonly<Record<string, object>>) {
  const asked: string[] = [];
  const load = (name: string): Promise<unknown> => {
    asked.push(name);
    return Promise.resolve(installed[name]);
  };
  return { asked, load };
}

const made = (kind: string) => (options: object) => ({ kind, options, on: () => undefined });
const nodeRedis = {
  createClient: made('client'),
  createCluster: made('cluster'),
  createSentinel: made('sentinel'),
};

const place = parseRedisOptions({ url: 'redis://localhost' });

describe('the making of a client', () => {
  it('takes the first package that is installed', async () => {
    const { asked, load } = packages({ redis: { default: nodeRedis }, ioredis: {} });
    expect(await makeClient(place, '', load)).toMatchObject({ kind: 'client' });
    expect(asked).toEqual(['@redis/client', 'redis']);
  });

  it('takes the package that the options name, and no other', async () => {
    const { asked, load } = packages({ '@redis/client': nodeRedis });
    const error = await rejectionOf(makeClient({ ...place, driver: 'iovalkey' }, '', load));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('npm install iovalkey');
    expect(asked).toEqual(['iovalkey']);
  });

  it('says what to install when there is none', async () => {
    const error = await rejectionOf(makeClient(place, '', packages({}).load));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('@redis/client, redis, ioredis, iovalkey: not installed');
    expect(error.message).toContain('npm install @redis/client');
  });

  it('gives a cluster the user and the database of none', async () => {
    const cluster = parseRedisOptions({ cluster: ['redis://ada:secret@a', 'redis://ada:secret@b:7000'] });
    expect(await makeClient(cluster, '', packages({ redis: nodeRedis }).load)).toMatchObject({
      kind: 'cluster',
      options: {
        rootNodes: [{ socket: { host: 'a', port: 6379 } }, { socket: { host: 'b', port: 7000 } }],
        defaults: { username: 'ada', password: 'secret', disableOfflineQueue: true },
      },
    });
  });

  it('tells sentinels from the servers that they choose', async () => {
    const nodes = ['redis://watch:man@a:26379', 'redis://watch:man@b:26379'];
    const sentinel = parseRedisOptions({
      sentinel: { name: 'main', nodes, password: 'secret', database: 2 },
    });
    expect(await makeClient(sentinel, '', packages({ redis: nodeRedis }).load)).toMatchObject({
      kind: 'sentinel',
      options: {
        name: 'main',
        sentinelRootNodes: [{ host: 'a' }, { host: 'b' }],
        sentinelClientOptions: { username: 'watch', password: 'man' },
        nodeClientOptions: { password: 'secret', database: 2 },
      },
    });
  });
});
