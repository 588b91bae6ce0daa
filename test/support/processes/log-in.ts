import { Redis } from 'ioredis';
import type { Admission, AdmittedWrite } from '../../../lib/providers/atomic-session-store.js';
import { RedisSessionProvider } from '../../../lib/providers/redis/index.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';
import { taskOf, tell } from './task.js';

export interface LogInTask {
  readonly url: string;
  readonly now: number;
  readonly write: AdmittedWrite;
  readonly admission: Admission;
  /** After which command, the first being 1, the process dies; a number beyond the last one lets it live. */
  readonly after: number;
}

/** Logs in and dies when the server has answered so many commands. Tells that it is done, if it lives. */
const { url, now, write, admission, after } = taskOf<LogInTask>();

const redis = new Redis(url);
const call = redis.call.bind(redis) as (...args: string[]) => Promise<unknown>;
let answered = 0;
const client = Object.assign(redis, {
  call: async (...args: string[]) => {
    const answer = await call(...args);
    if (++answered === after) process.kill(process.pid, 'SIGKILL');
    return answer;
  },
});

const store = new RedisSessionProvider({ client }, { clock: new FakeClock(now) });
await store.admit(write, admission);
tell('acknowledged');
process.exit();
