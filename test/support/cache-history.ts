import { newSessionId } from '../../lib/credentials/token.js';
import type { AtomicSessionStore } from '../../lib/index.js';
import { etagOf, newEtag } from '../../lib/record/record-text.js';
import { turn } from '../../lib/testing/turn.js';

/** A load that ended: how many writes had been acknowledged when it began, and how many it has seen. */
interface Look {
  readonly acknowledged: number;
  readonly seen: number;
}

const WRITES = 30;
const READERS = 3;

const textOf = (write: number): string => `${newEtag()}\n${write}`;

/**
 * One session, written again and again in turn by the first two processes, ended in the end, and looked at all the time by several
 * readers in each. Answers the looks that saw less than what was acknowledged before they began: none, if reads keep the laws.
 */
export async function staleLooks(
  processes: readonly AtomicSessionStore[],
  deadline: number,
): Promise<readonly Look[]> {
  const id = newSessionId();
  const stale: Look[] = [];
  let acknowledged = 0;
  let isOver = false;

  const read = async (store: AtomicSessionStore): Promise<void> => {
    while (!isOver) {
      const before = acknowledged;
      const text = (await store.load(id))?.text;
      const seen = text === undefined ? Infinity : Number(text.split('\n')[1]);
      if (seen < before) stale.push({ acknowledged: before, seen });
      await turn();
    }
  };
  let text = textOf(0);
  await processes[0]?.create(id, text, deadline);
  const readers = processes.flatMap((store) => Array.from({ length: READERS }, () => read(store)));
  for (let write = 1; write <= WRITES; write++) {
    const next = textOf(write);
    await processes[write % 2]?.replace(id, etagOf(text), next, deadline);
    text = next;
    acknowledged = write;
    for (let turns = 0; turns < 5; turns++) await turn();
  }
  await processes[0]?.end(id, 'invalidated');
  acknowledged = Infinity;
  for (let turns = 0; turns < 50; turns++) await turn();
  isOver = true;
  await Promise.all(readers);
  return stale;
}
