import { appAt, type Place, taskOf, tell } from './task.js';

export type DyingOperation = 'create' | 'commit' | 'regenerate' | 'invalidate';

/** Does one thing to a session and dies before a given statement of it; tells the id first, and that it is done if it comes so far. */
const task = taskOf<
  Place & { readonly token: string; readonly operation: DyingOperation; readonly before: number }
>();

let statements = -Infinity;
const app = await appAt(task, () => {
  if (statements === task.before) process.kill(process.pid, 'SIGKILL');
  statements++;
});

const { session, ...request } = await app.open(...(task.operation === 'create' ? [] : [task.token]));
if (task.operation === 'create') {
  const create = app.here.store.create.bind(app.here.store);
  app.here.store.create = (id, ...rest) => (tell(id), create(id, ...rest));
}
statements = 0;
session.set('a', 2).set('b', 2);
if (task.operation === 'regenerate') await session.regenerate();
if (task.operation === 'invalidate') await session.invalidate();
await request.handle.settleResponse();
if (statements === task.before) process.kill(process.pid, 'SIGKILL');
tell('acknowledged');
process.exit();
