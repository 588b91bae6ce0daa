import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider, SessionModule, type SessionModuleOptions } from '../../lib/index.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';
import { RecordedLog } from '../support/recorded-log.js';
import { PLATFORMS } from '../support/running-app.js';
import { folderWith } from '../support/temporary-folder.js';
import { rejectionOf } from '../support/thrown-by.js';

const { NODE_ENV } = process.env;

afterEach(() => {
  Object.assign(process.env, { NODE_ENV });
});

describe.each(PLATFORMS)('session.doctor at the boot of an app on %s', (_, platform) => {
  /** Boots and closes an app; answers what it warned of. */
  async function warningsOf(options: SessionModuleOptions): Promise<readonly string[]> {
    @Module({ imports: [SessionModule.forRoot({ directory: folderWith({}), ...options })] })
    class AppModule {}

    const logger = new RecordedLog();
    const app = await NestFactory.create(AppModule, platform(), { logger, abortOnError: false });
    await app.init();
    await app.close();
    return logger.of('warn');
  }

  it('warns of each unmet row in a line, with the options of forRoot()', async () => {
    const warnings = await warningsOf({ doctor: 'warn', cookie: { prefix: 'host-http', sameSite: 'none' } });
    expect(warnings).toEqual([
      expect.stringMatching(/ Fix: `session\.cookie\.same_site: lax`\. \(ASVS 5\.0 3\.3\.2;/),
      expect.stringMatching(/ Fix: `session\.principals\.limit: 10`\. \(ASVS 5\.0 7\.1\.2;/),
    ]);
  });

  it('refuses to start, before a provider is made', async () => {
    class Made extends InMemorySessionProvider {
      constructor() {
        super();
        throw new Error('a provider was made');
      }
    }
    const error = await rejectionOf(warningsOf({ doctor: 'fail', sessionProvider: Made }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('ASVS 5.0 3.3.1');
  });

  it('starts where all is met', async () => {
    const met = { cookie: { prefix: 'host-http' }, principals: { limit: 5 } } as const;
    expect(await warningsOf({ doctor: 'fail', ...met })).toEqual([]);
  });

  it('says nothing in production when it is off, and one line when nobody said', async () => {
    Object.assign(process.env, { NODE_ENV: 'production' });
    expect(await warningsOf({ doctor: 'off' })).toEqual([]);
    expect(await warningsOf({ creation: 'eager' })).toHaveLength(1);
  });

  it('tells in one line of a provider with laws that it cannot hold, and of each row with warn', async () => {
    const options = { sessionProvider: NaiveSessionProvider, cookie: { prefix: 'host' } } as const;
    expect(await warningsOf(options)).toHaveLength(1);
    const rows = (await warningsOf({ ...options, doctor: 'warn' })).join(' ').match(/ASVS 5\.0 [\d.]+(?=;)/g);
    expect(rows).toContain('ASVS 5.0 7.4.1');
  });
});
