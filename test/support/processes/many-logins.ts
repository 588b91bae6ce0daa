import type { Admission, AdmitOutcome, AdmittedWrite } from '../../../lib/providers/atomic-session-store.js';
import { checkThenAdmit, PrincipalDesk } from '../principal-desk.js';
import type { PrincipalScene } from '../principal-programs.js';
import { appAt, type Place, taskOf, tell } from './task.js';

export interface ManyLoginsTask extends Place {
  readonly admission: Admission;
  /** How many logins there are, eight at a time. */
  readonly times: number;
  /** `store`: it keeps the limit. `client`: the limit is looked at first, and kept afterwards. */
  readonly limitKeptBy: 'store' | 'client';
  /** Before which statement to the database the process dies; empty: it lives. */
  readonly before?: number;
}

/** Logs in again and again. Tells the id of each login first, and then what became of it. */
const task = taskOf<ManyLoginsTask>();
const AT_ONCE = 8;

let statement = -Infinity;
const step = (): void => {
  if (statement === task.before) process.kill(process.pid, 'SIGKILL');
  statement++;
};

const { clock, parts } = await appAt(task, step);
const store = parts.store as PrincipalScene['store'];
const desk = new PrincipalDesk({ store, clock });
const admit = (write: AdmittedWrite): AdmitOutcome | Promise<AdmitOutcome> =>
  task.limitKeptBy === 'store'
    ? store.admit(write, task.admission)
    : checkThenAdmit(store, write, task.admission);

async function logIn(): Promise<void> {
  const write = desk.write(task.admission.principal);
  tell(write.id);
  const outcome = await admit(write);
  step();
  tell(JSON.stringify(outcome));
}

await store.load('');
statement = 0;
for (let done = 0; done < task.times; done += AT_ONCE)
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, task.times - done) }, logIn));
process.exit();
