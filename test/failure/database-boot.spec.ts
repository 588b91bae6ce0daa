import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Module, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Session, CurrentSession, SessionModule } from '../../lib/index.js';
import { RunningApp } from '../support/running-app.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { folderWith } from '../support/temporary-folder.js';
import { rejectionOf } from '../support/thrown-by.js';
import { Visitor } from '../support/visitor.js';

@Controller()
class VisitController {
  @Post('visits')
  visit(@CurrentSession() session: Session<{ visits: number }>): Promise<number> {
    return session.increment('visits');
  }
}

/** Boots an app on a configuration file that names a provider and its config. */
function boot(name: string, config: object): Promise<RunningApp> {
  const yaml = `session: { session_provider: '${name}', config: ${JSON.stringify(config)} }`;
  const directory = folderWith({ 'serving.dev.yaml': yaml });
  @Module({
    imports: [SessionModule.forRoot({ environment: 'dev', directory })],
    controllers: [VisitController],
  })
  class AppModule {}
  return RunningApp.start(AppModule);
}

async function expectToCount(app: RunningApp): Promise<void> {
  const visitor = new Visitor(app.url);
  for (const count of [1, 2, 3]) expect(Number((await visitor.post('/visits')).body)).toBe(count);
}

describe('an app whose file names SQLite', () => {
  const NAME = 'nestjs-sessions/sqlite:SqliteSessionProvider';

  it('opens the file at boot, serves from it, and lets go of it at the end', async () => {
    const file = join(folderWith({}), 'sessions.db');
    const app = await boot(NAME, { file });
    expect(existsSync(file)).toBe(true);
    await expectToCount(app);
    await app.close();
  });

  it('does not boot when the file cannot be used', async () => {
    const error = await rejectionOf(boot(NAME, { file: './missing/sessions.db' }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('create its folder');
  });

  it('is told about its options before anything is opened', async () => {
    const error = await rejectionOf(boot(NAME, { path: 'sessions.db' }));
    expect(error.message).toContain('session.config.path is no option of SqliteSessionProvider');
  });
});

describeWith('an app whose file names PostgreSQL', PostgresServer.needs(), (binaries) => {
  const NAME = 'nestjs-sessions/postgres:PostgresSessionProvider';
  let server: PostgresServer;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  it('does not boot while the table is missing, and serves once it is made', async () => {
    const config = { connection_string: server.url };
    const error = await rejectionOf(boot(NAME, config));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('"public"."nestjs_sessions", which does not exist');
    const app = await boot(NAME, { ...config, migrate: true });
    await expectToCount(app);
    await app.close();
    expect(
      await server.sql(`SELECT FROM pg_stat_activity WHERE application_name = 'nestjs-sessions'`),
    ).toEqual([]);
  });

  it('answers 503 while the server is gone, and works again without a restart of the app', async () => {
    const app = await boot(NAME, { connection_string: server.url, migrate: true });
    await server.kill9();
    expect((await new Visitor(app.url).post('/visits')).status).toBe(503);
    await server.restart();
    await expectToCount(app);
    await app.close();
  });
});
