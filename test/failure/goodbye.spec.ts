import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChildProgram, type Ending } from '../support/processes/child-program.js';
import type { ProviderChoice } from '../support/processes/providers.js';
import { freePort } from '../support/servers/free-port.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisCluster } from '../support/servers/redis-cluster.js';
import { RedisServer } from '../support/servers/redis.js';
import { folderWith } from '../support/temporary-folder.js';

const MINUTE_MS = 60_000;
/** What is not gone by then is a timer or a connection that was left behind. */
const SOON_MS = 5000;
const DRIVERS = ['@redis/client', 'ioredis', 'iovalkey'];
const CLEAN: Ending = { code: 0, signal: null };

/** What an app with one provider came to say, and how its process ended; killed when it does not end by itself. */
async function goodbye(provider: ProviderChoice['provider'], config: Record<string, unknown>) {
  const task: ProviderChoice = { provider, config };
  const app = ChildProgram.start('goodbye.ts', task);
  await app.printed(2);
  const ending = await Promise.race([app.ended, delay(SOON_MS, undefined, { ref: false })]);
  if (!ending) await app.kill();
  return { lines: app.lines, ending };
}

const USED = { lines: ['used', 'closed'], ending: CLEAN };
const REFUSED = { lines: ['refused', 'closed'], ending: CLEAN };

describe('a process that closes its sessions', () => {
  it.each([
    ['memory', () => ({})],
    ['sqlite', () => ({ file: join(folderWith({}), 'sessions.db') })],
  ] as const)('ends by itself: %s', async (provider, config) => {
    expect(await goodbye(provider, config())).toEqual(USED);
  });

  it('ends by itself when there is no folder for the file', async () => {
    expect(await goodbye('sqlite', { file: join(folderWith({}), 'missing/sessions.db') })).toEqual(REFUSED);
  });
});

describeWith('a process that closes its Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  let server: RedisServer;
  let cluster: RedisCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([RedisServer.start(binary), RedisCluster.start(binary)]);
  }, MINUTE_MS);
  afterAll(() => Promise.all([server.stop(), cluster.stop()]));

  /** Through each client at the same time, as most of it is waiting. */
  const goodbyes = (configs: readonly object[]) =>
    Promise.all(
      DRIVERS.flatMap((driver) => configs.map((config) => goodbye('redis', { ...config, driver }))),
    );

  it('ends by itself, through any client', async () => {
    for (const said of await goodbyes([{ url: server.url }, { cluster: cluster.urls }]))
      expect(said).toEqual(USED);
  });

  it('ends by itself when nobody was there, or nobody who speaks TLS, through any client', async () => {
    const nobody = `redis://127.0.0.1:${await freePort()}`;
    const plain = server.url.replace('redis:', 'rediss:');
    for (const said of await goodbyes([{ url: nobody }, { url: plain }])) expect(said).toEqual(REFUSED);
  });
});

describeWith('a process that closes its PostgreSQL', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  it('ends by itself', async () => {
    expect(await goodbye('postgres', { connectionString: server.url, migrate: true })).toEqual(USED);
  });

  it('ends by itself when it was not let in', async () => {
    const connectionString = server.urlOf('postgres', 'postgres', 'wrong');
    expect(await goodbye('postgres', { connectionString })).toEqual(REFUSED);
  });
});
