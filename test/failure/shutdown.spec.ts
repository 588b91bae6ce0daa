import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { DeployedAppTask } from '../support/processes/deployed-app.js';
import { PLATFORMS } from '../support/running-app.js';
import { folderWith } from '../support/temporary-folder.js';

/** What a session holds in a file, once nobody else has it open. */
async function valuesIn(file: string, cookie: string): Promise<unknown> {
  const provider = new SqliteSessionProvider({ file });
  await provider.open();
  try {
    return await provider.getSession(cookie.replace(/^serving_session=([^;]+).*$/, '$1'));
  } finally {
    await provider.close();
  }
}

describe.each(PLATFORMS)('a process on %s that gets SIGTERM', (platform) => {
  it('commits and answers the request that is under way, and ends by the signal', async () => {
    const task: DeployedAppTask = { platform, file: join(folderWith({}), 'sessions.db') };
    const app = ChildProgram.start('deployed-app.ts', task);
    await app.printed(1);
    // A connection that is kept would keep the server, too: Fastify waits for an idle client for 72 seconds.
    const answer = fetch(`${app.lines[0]}/order`, { method: 'POST', headers: { connection: 'close' } });
    await app.printed(2);
    app.terminate();
    const { status, headers } = await answer;
    expect(status).toBe(201);
    expect(await app.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await valuesIn(task.file, headers.getSetCookie()[0] ?? '')).toEqual({ ordered: true });
  });
});
