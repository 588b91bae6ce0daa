import { EventEmitter } from 'node:events';
import { subscribe } from 'node:diagnostics_channel';
import { SESSION_CHANNEL, type SessionEvent } from '../../../lib/events/session-event.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';
import { Subject } from '../../../lib/testing/subject.js';
import { PlainStore } from '../../../lib/testing/twins/plain-store.js';
import { taskOf, tell } from './task.js';

export interface ListeningTask {
  /** `channel`: the library's events. `hook`: an emitter of the store, asked before it ends a session, as many libraries do it. */
  readonly listens: 'channel' | 'hook';
}

/** Ends a session while a listener throws. Tells what reached the caller, whether the session lives, and what Node reported. */
const { listens } = taskOf<ListeningTask>();
const hooks = new EventEmitter();
const fail = (): never => {
  throw new Error('A listener failed.');
};

class Hooked extends PlainStore {
  override end(...call: Parameters<PlainStore['end']>): ReturnType<PlainStore['end']> {
    hooks.emit('end');
    return super.end(...call);
  }
}

const reported: string[] = [];
process.on('uncaughtException', ({ message }) => reported.push(message));

const clock = new FakeClock();
const app = new Subject({ clock, store: new Hooked(clock) });
const { token } = await app.begin({ user: 'Ada' });
if (listens === 'hook') hooks.on('end', fail);
else subscribe(SESSION_CHANNEL, (event) => (event as SessionEvent).type === 'invalidated' && fail());

const { session } = await app.open(token);
tell(
  await session.invalidate().then(
    () => 'ended',
    () => 'failed',
  ),
);
await new Promise(setImmediate);
tell((await app.read(token)) === undefined ? 'dead' : 'alive');
tell(reported.join() || 'nothing');
