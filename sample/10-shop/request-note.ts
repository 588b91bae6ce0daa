import { AsyncLocalStorage } from 'node:async_hooks';

/** What one request did with its session: names of keys and events, no values. */
export interface RequestNote {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the response; 0 while there is none. */
  status: number;
  readonly reads: Set<string>;
  readonly writes: Set<string>;
  readonly events: string[];
  /** Of the session, when the response had left; `null` where it is over. */
  version: number | null;
}

/** The note of whatever request is running. */
export const currentNote = new AsyncLocalStorage<RequestNote>();

const READS = new Set(['get', 'has', 'pull', 'take']);
const WRITES = new Set(['set', 'delete', 'pull']);

type Callable = (...args: unknown[]) => unknown;

/** The same object, whose reads and writes of keys are noted. One that is called, as `session.flash` is, writes by that. */
export const noted = <Target extends object>(target: Target): Target =>
  new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        note(String(name), args[0]);
        const answer: unknown = Reflect.apply(member, target, args);
        return name === 'take' ? taken(answer as Promise<readonly unknown[]>, args[0]) : answer;
      };
    },
    apply(_, self, args) {
      note('set', args[0]);
      return Reflect.apply(target as Callable, self, args);
    },
  });

/** Messages that are taken are gone; where there are none, nothing is written. */
async function taken(answer: Promise<readonly unknown[]>, name: unknown): Promise<readonly unknown[]> {
  const messages = await answer;
  if (messages.length > 0) note('delete', name);
  return messages;
}

function note(method: string, key: unknown): void {
  const request = currentNote.getStore();
  if (!request || typeof key !== 'string') return;
  if (READS.has(method)) request.reads.add(key);
  if (WRITES.has(method)) request.writes.add(key);
}
