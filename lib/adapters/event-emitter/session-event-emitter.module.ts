import { Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { SessionEventType } from '../../events/session-event.js';
import { everySessionEvents } from '../every-session-events.js';

/** What an event is called there, for `@OnEvent()`. */
export type SessionEventName = `session.${SessionEventType}`;

/**
 * Tells the handlers of `@OnEvent('session.login')` what happens to sessions; see `SessionEvent` for what each type says.
 *
 * A handler that throws or rejects reaches no request: it is a line in the log. None is awaited by a request either.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { EventEmitterModule } from '@nestjs/event-emitter';
 * import { SessionModule } from 'nestjs-sessions';
 * import { SessionEventEmitterModule } from 'nestjs-sessions/event-emitter';
 *
 * @Module({ imports: [SessionModule.forRoot(), EventEmitterModule.forRoot(), SessionEventEmitterModule] })
 * export class AppModule {}
 * ```
 */
@Module({})
export class SessionEventEmitterModule implements OnModuleInit {
  constructor(
    private readonly app: ModuleRef,
    private readonly emitter: EventEmitter2,
  ) {}

  /** Subscribes to the events of every `SessionModule` of the app. */
  onModuleInit(): void {
    for (const events of everySessionEvents(this.app)) {
      events.subscribe((event) => {
        const name: SessionEventName = `session.${event.type}`;
        // Not emit(): with `suppressErrors: false` it leaves a rejection to nobody, which ends the process.
        return this.emitter.emitAsync(name, event);
      });
    }
  }
}
