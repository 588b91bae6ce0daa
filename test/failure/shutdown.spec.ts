import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChildProgram, type Ending } from '../support/processes/child-program.js';
import type { DeployedAppTask } from '../support/processes/deployed-app.js';
import { type ProviderChoice, PROVIDERS } from '../support/processes/providers.js';
import { PLATFORMS } from '../support/running-app.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { folderWith } from '../support/temporary-folder.js';

const BY_THE_SIGNAL: Ending = { code: null, signal: 'SIGTERM' };
const BY_ITSELF: Ending = { code: 0, signal: null };
const SECONDS_MS = 5_000;

/** What a session holds in its store, once the app is gone. */
async function valuesIn({ provider, config }: ProviderChoice, cookie: string): Promise<unknown> {
  const store = new PROVIDERS[provider](config);
  if ('open' in store) await store.open();
  try {
    return await store.getSession(cookie.replace(/^serving_session=([^;]+).*$/, '$1'));
  } finally {
    await store.close();
  }
}

/** An app is told to end while a request is under way: the client has its answer, the store what was written, and the process is gone. */
async function expectServedToTheEnd(task: DeployedAppTask, ending: Ending): Promise<void> {
  const app = ChildProgram.start('deployed-app.ts', task);
  await app.printed(1);
  // A connection that is kept would keep the server, too: Fastify waits for an idle client for 72 seconds.
  const answer = fetch(`${app.lines[0]}/order`, { method: 'POST', headers: { connection: 'close' } });
  await app.printed(2);
  app.terminate();
  const { status, headers } = await answer;
  const answered = performance.now();
  expect(status).toBe(201);
  expect(await app.ended).toEqual(ending);
  expect(performance.now() - answered).toBeLessThan(SECONDS_MS);
  expect(await valuesIn(task, headers.getSetCookie()[0] ?? '')).toEqual({ ordered: true });
}

describe.each(PLATFORMS)('a process on %s that gets SIGTERM', (platform) => {
  it('commits and answers the request that is under way, and ends by the signal', async () => {
    const config = { file: join(folderWith({}), 'sessions.db') };
    await expectServedToTheEnd({ platform, provider: 'sqlite', config, heardBy: 'nest' }, BY_THE_SIGNAL);
  });
});

describeWith('a process on Redis that gets SIGTERM', { name: 'Redis', found: redisBinary() }, (binary) => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start(binary)));
  afterAll(() => server.stop());

  it('commits, answers and has nothing left to do, when main closes the app', async () => {
    const config = { url: server.url };
    const task = { platform: 'Express', provider: 'redis', config, heardBy: 'main' } as const;
    await expectServedToTheEnd(task, BY_ITSELF);
  });
});

describeWith('a process on PostgreSQL that gets SIGTERM', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  it('commits, answers and has nothing left to do, when main closes the app', async () => {
    const config = { connectionString: server.url, migrate: true };
    const task = { platform: 'Fastify', provider: 'postgres', config, heardBy: 'main' } as const;
    await expectServedToTheEnd(task, BY_ITSELF);
  });
});
