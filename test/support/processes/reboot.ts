import { createHook } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CurrentSession, SESSION_CHANNEL, Session, SessionModule } from '../../../lib/index.js';
import { PLATFORMS } from '../running-app.js';
import { type ProviderChoice, PROVIDERS } from './providers.js';
import { taskOf, tell } from './task.js';

export interface RebootTask extends ProviderChoice {
  readonly platform: string;
  readonly times: number;
  /** Closes no app: what a test of this has to notice. */
  readonly forgetful?: boolean;
}

/** What a process holds on to. */
export interface Holdings {
  /** How many of each kind of timer, socket, file, as far as it keeps the process alive. */
  readonly resources: Readonly<Record<string, number>>;
  /** How many timers there are, those included that keep nothing alive. */
  readonly timers: number;
  /** How many listeners the process has, by event. */
  readonly listeners: Readonly<Record<string, number>>;
  /** Events of sessions that were heard in all. */
  readonly heard: number;
}

const task = taskOf<RebootTask>();
const timers = new Set<number>();
createHook({
  init: (id, type) => void (type === 'Timeout' && timers.add(id)),
  destroy: (id) => void timers.delete(id),
}).enable();
let heard = 0;
subscribe(SESSION_CHANNEL, () => (heard += 1));

@Controller()
class Visits {
  @Post('visit')
  visit(@CurrentSession() session: Session): void {
    session.set('visited', true);
  }
}

async function bootAndClose(): Promise<void> {
  @Module({
    imports: [
      SessionModule.forRoot({
        directory: import.meta.dirname,
        sessionProvider: PROVIDERS[task.provider],
        config: task.config,
      }),
    ],
    controllers: [Visits],
  })
  class AppModule {}

  const [, platform] = PLATFORMS.find(([name]) => name === task.platform) ?? [];
  if (!platform) throw new Error(`There is no platform ${task.platform}.`);
  const app = await NestFactory.create(AppModule, platform(), { logger: false });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  await fetch(`${await app.getUrl()}/visit`, { method: 'POST', headers: { connection: 'close' } });
  if (!task.forgetful) await app.close();
}

/** Sockets that were closed are gone some turns later; what is still there after so many is held. */
async function holdings(): Promise<Holdings> {
  for (let turn = 0; turn < 200; turn++) await nextTurn();
  const listeners = Object.fromEntries(
    process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  );
  return { resources: counted(process.getActiveResourcesInfo()), timers: timers.size, listeners, heard };
}

const counted = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...new Set(names)].sort().map((name) => [name, names.filter((each) => each === name).length]),
  );

/** Boots and closes an app again and again, as a development server does, and tells what is left after the first and the last. */
await bootAndClose();
tell(JSON.stringify(await holdings()));
for (let boot = 1; boot < task.times; boot++) await bootAndClose();
tell(JSON.stringify(await holdings()));
process.exit();
