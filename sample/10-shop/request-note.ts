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
        return Reflect.apply(member, target, args) as unknown;
      };
    },
    apply(_, self, args) {
      note('set', args[0]);
      return Reflect.apply(target as Callable, self, args);
    },
  });

function note(method: string, key: unknown): void {
  const request = currentNote.getStore();
  if (!request || typeof key !== 'string') return;
  if (READS.has(method)) request.reads.add(key);
  if (WRITES.has(method)) request.writes.add(key);
}
