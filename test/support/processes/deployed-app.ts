import { type BeforeApplicationShutdown, Controller, Injectable, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CurrentSession, Session, SessionModule } from '../../../lib/index.js';
import { Deferred, settled } from '../deferred.js';
import { PLATFORMS } from '../running-app.js';
import { type ProviderChoice, PROVIDERS } from './providers.js';
import { taskOf, tell } from './task.js';

export interface DeployedAppTask extends ProviderChoice {
  readonly platform: string;
  /** Who hears SIGTERM: Nest, which hands it on to the process afterwards, or `main.ts`, which closes the app and does no more. */
  readonly heardBy: 'nest' | 'main';
}

const task = taskOf<DeployedAppTask>();
const goingDown = new Deferred();

/** Nest has heard the signal; connections are still open. */
@Injectable()
class Signal implements BeforeApplicationShutdown {
  beforeApplicationShutdown(): void {
    goingDown.resolve();
  }
}

@Controller()
class Orders {
  @Post('order')
  async order(@CurrentSession() session: Session): Promise<{ ordered: boolean }> {
    tell('under way');
    await goingDown.promise;
    await settled();
    session.set('ordered', true);
    return { ordered: true };
  }
}

@Module({
  imports: [
    SessionModule.forRoot({
      directory: import.meta.dirname,
      sessionProvider: PROVIDERS[task.provider],
      config: task.config,
    }),
  ],
  controllers: [Orders],
  providers: [Signal],
})
class AppModule {}

/** An app as main.ts starts it, whose one request is under way when it is told to end. */
const [, platform] = PLATFORMS.find(([name]) => name === task.platform) ?? [];
if (!platform) throw new Error(`There is no platform ${task.platform}.`);
const app = await NestFactory.create(AppModule, platform(), { logger: false });
if (task.heardBy === 'nest') app.enableShutdownHooks();
else process.once('SIGTERM', () => void app.close());
await app.listen(0, '127.0.0.1');
tell(await app.getUrl());
