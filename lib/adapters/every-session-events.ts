import type { ModuleRef } from '@nestjs/core';
import { SessionEvents } from '../events/session-events.js';

/** The events of every `SessionModule` of an app, global or not: an app may have several. Nest throws when it has none. */
export const everySessionEvents = (app: ModuleRef): readonly SessionEvents[] =>
  app.get(SessionEvents, { strict: false, each: true });
