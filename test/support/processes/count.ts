import { appAt, type Place, taskOf, tell } from './task.js';

/** Counts up in a session, and tells each number when it is acknowledged. */
const { token, times, ...place } = taskOf<Place & { readonly token: string; readonly times: number }>();

const app = await appAt(place);
for (let done = 0; done < times; done++) {
  const { session } = await app.open(token);
  tell(await session.increment('visits'));
}
process.exit();
