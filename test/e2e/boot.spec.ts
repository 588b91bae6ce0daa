import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SessionModule, type SessionModuleOptions } from '../../lib/index.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';
import { RecordedLog } from '../support/recorded-log.js';
import { PLATFORMS } from '../support/running-app.js';
import { folderWith } from '../support/temporary-folder.js';
import { rejectionOf } from '../support/thrown-by.js';

/** As it is when main.ts runs: one wrong thing of every kind. */
const WRONG = `
auth:
  credential_provider: serving.auth:HMACCredentialProvider
  config:
    secret: keyboard cat
session:
  session_provider: ./tenant-provider:TenantProvider
  cookie:
    prefix: host
    domain: example.com
    same_site: none
    secure: false
    same-site: lax
  timeouts:
    idle: 1d
    absolute: twelve hours
`;

const RIGHT = `
session:
  session_provider: serving.session:InMemorySessionProvider
`;

const { NODE_ENV, SERV_ENVIRONMENT } = process.env;

afterEach(() => {
  Object.assign(process.env, { NODE_ENV });
  if (SERV_ENVIRONMENT === undefined) delete process.env['SERV_ENVIRONMENT'];
});

describe.each(PLATFORMS)('the boot of an app on %s', (_, platform) => {
  /** Boots and closes an app as main.ts would; answers what it said. */
  async function boot(options: SessionModuleOptions): Promise<RecordedLog> {
    @Module({ imports: [SessionModule.forRoot(options)] })
    class AppModule {}

    const logger = new RecordedLog();
    const app = await NestFactory.create(AppModule, platform(), { logger, abortOnError: false });
    await app.init();
    await app.close();
    return logger;
  }

  it('stops with one error that lists everything that is wrong, by file and key', async () => {
    const directory = folderWith({ 'serving.dev.yaml': WRONG });
    const error = await rejectionOf(boot({ directory, limits: { keys: -1 } }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    for (const key of [
      'serving.dev.yaml: session.session_provider ',
      'serving.dev.yaml: session.cookie.same-site ',
      'serving.dev.yaml: session.cookie.domain ',
      'serving.dev.yaml: session.cookie.secure ',
      'serving.dev.yaml: session.timeouts.absolute ',
      'forRoot(): limits.keys ',
      'auth.config.secret',
    ]) {
      expect(error.message).toContain(key);
    }
    expect(error.message).not.toContain('keyboard cat');
    expect(error.message.match(/^- /gm)?.length).toBeGreaterThanOrEqual(7);
  });

  it('says when there is no file, and nothing else', async () => {
    const log = await boot({ directory: folderWith({}) });
    const ours = log.of('log').filter((line) => line.includes('serving.'));
    expect(ours).toEqual([expect.stringMatching(/^No serving\.dev\.yaml in .*: defaults/)]);
    expect(log.of('warn')).toEqual([]);
  });

  it('is quiet about a file that it could read', async () => {
    const log = await boot({ directory: folderWith({ 'serving.dev.yaml': RIGHT }) });
    expect(log.of('log').filter((line) => line.includes('serving.'))).toEqual([]);
    expect(log.of('warn')).toEqual([]);
  });

  it.each([
    ['NODE_ENV', 'production'],
    ['SERV_ENVIRONMENT', 'prod'],
  ])(
    'in production (%s=%s) warns once of a cookie without a prefix, with the line to write',
    async (name, value) => {
      process.env[name] = value;
      const directory = folderWith({ 'serving.prod.yaml': RIGHT });
      const log = await boot({ directory });
      expect(log.of('warn')).toEqual([expect.stringContaining('`session.cookie.prefix: host-http`')]);
      expect((await boot({ directory, cookie: { prefix: 'host-http' } })).of('warn')).toEqual([]);
    },
  );

  it('says in one line which laws a provider of four methods cannot hold', async () => {
    const log = await boot({ directory: folderWith({}), sessionProvider: NaiveSessionProvider });
    expect(log.of('warn')).toEqual([
      expect.stringMatching(
        /^NaiveSessionProvider has the four methods only\. .*laws I1, C2, .* do not hold/,
      ),
    ]);
  });

  it('stops when an environment was asked for that has no file', async () => {
    process.env['SERV_ENVIRONMENT'] = 'staging';
    const error = await rejectionOf(boot({ directory: folderWith({ 'serving.dev.yaml': RIGHT }) }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('serving.staging.yaml');
  });
});
