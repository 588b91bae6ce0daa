import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChildProgram } from '../support/processes/child-program.js';
import type { Holdings, RebootTask } from '../support/processes/reboot.js';
import { PLATFORMS } from '../support/running-app.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { folderWith } from '../support/temporary-folder.js';

const TIMES = 50;

/** What a process holds on to after one app and after fifty, one after the other. */
async function reboots(task: Partial<RebootTask>): Promise<readonly [Holdings, Holdings]> {
  const program = ChildProgram.start('reboot.ts', { times: TIMES, ...task });
  await program.finished();
  const [first = '', last = ''] = program.lines;
  return [JSON.parse(first) as Holdings, JSON.parse(last) as Holdings];
}

/**
 * Nothing is left of fifty apps that is not left of one; each told of its own session once, so none listened for another. A timer of
 * the platform may be running at either look; one for each app would be a leak.
 */
function expectNothingLeft([first, last]: readonly [Holdings, Holdings]): void {
  expect(last.timers - first.timers).toBeLessThan(TIMES / 10);
  expect({ ...last, timers: 0 }).toEqual({ ...first, timers: 0, heard: TIMES * first.heard });
  expect(first.heard).toBe(1);
  expect(last.resources['Timeout']).toBeUndefined();
}

describe.each(PLATFORMS)('fifty apps on %s in one process, one after the other', (platform) => {
  it('leave no timer, file or listener: memory', async () => {
    expectNothingLeft(await reboots({ platform, provider: 'memory', config: {} }));
  });

  it('leave no timer, file or listener: SQLite', async () => {
    const config = { file: join(folderWith({}), 'sessions.db') };
    expectNothingLeft(await reboots({ platform, provider: 'sqlite', config }));
  });
});

describe('an app that nobody closes', () => {
  it('is noticed: its timers stay', async () => {
    const task = { platform: 'Express', provider: 'memory', config: {}, times: 3, forgetful: true } as const;
    const [first, last] = await reboots(task);
    expect(last.timers).toBeGreaterThan(first.timers);
    expect(last.listeners['SIGTERM']).toBe(3);
  });
});

describeWith('fifty apps on Redis', { name: 'Redis', found: redisBinary() }, (binary) => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start(binary)));
  afterAll(() => server.stop());

  it('leave no connection, timer or listener', async () => {
    expectNothingLeft(await reboots({ platform: 'Express', provider: 'redis', config: { url: server.url } }));
  });
});

describeWith('fifty apps on PostgreSQL', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  it('leave no connection, timer or listener', async () => {
    const config = { connectionString: server.url, migrate: true };
    expectNothingLeft(await reboots({ platform: 'Express', provider: 'postgres', config }));
  });
});
