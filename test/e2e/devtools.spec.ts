import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory, SerializedGraph } from '@nestjs/core';
import { HMACCredentialProvider, SessionModule } from '../../lib/index.js';
import { FaultyProvider } from '../support/faulty-provider.js';
import { PLATFORMS } from '../support/running-app.js';
import { Account } from './fixtures/account.js';

const SECRET = 'canary-q8Zk3vLw9Xz4Rt7Yb1Nc6Mf3Hs5Pd0GaQe';

/** An app with a secret, and the provider that it works on. */
function appModule() {
  const provider = new FaultyProvider();
  let loaded = 0;
  @Module({
    imports: [
      SessionModule.forRootAsync({
        useFactory: () => {
          loaded += 1;
          return {
            directory: import.meta.dirname,
            sessionProvider: provider,
            auth: { credentialProvider: HMACCredentialProvider, config: { secret: SECRET } },
          };
        },
      }),
    ],
    controllers: [Account],
  })
  class AppModule {}
  return { AppModule, loads: () => loaded };
}

describe.each(PLATFORMS)('SessionModule under the devtools of Nest, on %s', (_, platform) => {
  it('boots with a snapshot, which shows its parts and no secret', async () => {
    const { AppModule } = appModule();
    const app = await NestFactory.create(AppModule, platform(), {
      snapshot: true,
      logger: false,
      abortOnError: false,
    });
    await app.init();
    const graph = app.get(SerializedGraph).toString();
    await app.close();
    expect(graph).toContain('"SessionModule"');
    expect(graph).toContain('"SessionLifecycle"');
    expect(graph).not.toContain(SECRET);
  });

  it('is shown in a preview without being made', async () => {
    const { AppModule, loads } = appModule();
    const app = await NestFactory.create(AppModule, platform(), {
      preview: true,
      logger: false,
      abortOnError: false,
    });
    await app.init();
    await app.close();
    expect(loads()).toBe(0);
  });
});
