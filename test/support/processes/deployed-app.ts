import { type BeforeApplicationShutdown, Controller, Injectable, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CurrentSession, Session, SessionModule } from '../../../lib/index.js';
import { SqliteSessionProvider } from '../../../lib/providers/sqlite/index.js';
import { Deferred, settled } from '../deferred.js';
import { PLATFORMS } from '../running-app.js';
import { taskOf, tell } from './task.js';

export interface DeployedAppTask {
  readonly platform: string;
  readonly file: string;
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
      sessionProvider: SqliteSessionProvider,
      config: { file: task.file },
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
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
tell(await app.getUrl());
