import { appAt, type Place, taskOf, tell } from './task.js';

export interface EndingTask extends Place {
  readonly token: string;
  /** What is done to the session. */
  readonly by: 'invalidate' | 'regenerate' | 'revoke-everything';
}

/** Ends one session, or changes its privilege, as a process that has no sockets; and then ends as an app does, by draining. */
const task = taskOf<EndingTask>();
const app = await appAt(task);
const { manager } = app.here;
const { session } = await app.open(task.token);
if (task.by === 'revoke-everything') await manager.endEverything();
else if (task.by === 'regenerate') await session.regenerate({ keep: 'all' });
else await session.invalidate();
tell('acknowledged');
await manager.drain();
process.exit();
