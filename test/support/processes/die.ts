import { appAt, type Place, taskOf, tell } from './task.js';

export type DyingOperation = 'create' | 'commit' | 'regenerate' | 'invalidate';

export interface DyingTask extends Place {
  /** The session that all but `create` are about; it has `{ a: 1 }`. */
  readonly token: string;
  readonly operation: DyingOperation;
  /** Before which statement to the database the process dies; a number beyond the last one lets it live. */
  readonly before: number;
}

/** Does one thing to a session and dies at a given point of it. Tells the id of a new session first, and in the end that it is done. */
const task = taskOf<DyingTask>();

let statement = -Infinity;
const step = (): void => {
  if (statement === task.before) process.kill(process.pid, 'SIGKILL');
  statement++;
};

const app = await appAt(task, step);
const { store } = app.here;
const create = store.create.bind(store);
store.create = (id, ...rest) => (tell(id), create(id, ...rest));

const { operation, token } = task;
const request = await app.open(...(operation === 'create' ? [] : [token]));
statement = 0;
request.session.set('a', 2).set('b', 2);
if (operation === 'regenerate') await request.session.regenerate({ keep: ['a', 'b'] });
if (operation === 'invalidate') await request.session.invalidate();
await request.finish();
step();
tell('acknowledged');
process.exit();
