import { OpenRequest } from '../../../lib/testing/open-request.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { SessionManager } from '../../../lib/session/session-manager.js';
import { type Place, storeAt, taskOf, tell } from './task.js';

export interface EndingTask extends Place {
  readonly token: string;
  /** What is done to the session. */
  readonly by: 'invalidate' | 'regenerate' | 'revoke-everything';
}

/** Ends one session, or changes its privilege, as a process that has no sockets; and then ends as an app does, by draining. */
const task = taskOf<EndingTask>();
const clock = new FakeClock(task.now);
const store = await storeAt(task, { clock }, () => undefined);
const credentials = new RandomCredentialProvider();
const manager = new SessionManager({ store, clock, credentials, policy: DEFAULT_POLICY });
const { session } = new OpenRequest(manager, [task.token]);
await session.load();
if (task.by === 'revoke-everything') await manager.endEverything();
else if (task.by === 'regenerate') await session.regenerate({ keep: 'all' });
else await session.invalidate();
tell('acknowledged');
await manager.drain();
process.exit();
