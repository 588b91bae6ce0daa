import { appAt, type Place, taskOf, tell } from './task.js';

export interface CountTask extends Place {
  readonly token: string;
  readonly times: number;
}

/** Counts up in a session, and tells each number when it is acknowledged. */
const task = taskOf<CountTask>();

const app = await appAt(task);
for (let done = 0; done < task.times; done++) {
  const { session } = await app.open(task.token);
  tell(await session.increment('visits'));
}
process.exit();
