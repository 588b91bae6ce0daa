import { EventEmitter } from 'node:events';
import { Keyv, type KeyvStoreAdapter } from 'keyv';

/** Takes the place of a call to an adapter. */
type Behaviour = (call: () => unknown) => unknown;

type Operation = 'get' | 'set' | 'delete';

/** An adapter that keeps what it is given for ever, and behaves as a test says in its next call of an operation. */
export class OddAdapter extends EventEmitter implements KeyvStoreAdapter {
  readonly opts = {};
  readonly entries = new Map<string, unknown>();
  /** The times to live that it was given, the newest last. */
  readonly ttls: (number | undefined)[] = [];
  readonly next: Partial<Record<Operation, Behaviour>> = {};

  async get<T>(key: string): Promise<T | undefined> {
    return (await this.#do('get', () => this.entries.get(key))) as T | undefined;
  }

  async set(key: string, value: unknown, ttl?: number): Promise<unknown> {
    return this.#do('set', () => {
      this.entries.set(key, value);
      this.ttls.push(ttl);
    });
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#do('delete', () => this.entries.delete(key))) as boolean;
  }

  async clear(): Promise<void> {
    this.entries.clear();
  }

  #do(operation: Operation, call: () => unknown): unknown {
    const behaviour = this.next[operation];
    delete this.next[operation];
    return behaviour ? behaviour(call) : call();
  }
}

const DOWN = new Error('The adapter said no.');

/** Ways in which adapters fail: most reject, some report it beside an answer that sounds well, and a few only say so. */
export const FAILURES: readonly (readonly [what: string, behaviour: (adapter: OddAdapter) => Behaviour])[] = [
  ['rejects', () => () => Promise.reject(DOWN)],
  [
    'throws',
    () => () => {
      throw DOWN;
    },
  ],
  ['reports an error and answers nothing', (adapter) => () => void adapter.emit('error', DOWN)],
  ['reports an error and answers false', (adapter) => () => !adapter.emit('error', DOWN)],
  ['reports an error and answers true', (adapter) => () => adapter.emit('error', DOWN)],
];

/** A Keyv that reports the failures of a read, as version 6 does, where version 5 rejects. */
export function reportingKeyv(adapter: OddAdapter): Keyv {
  const keyv = new Keyv(adapter);
  const getRaw = keyv.getRaw.bind(keyv);
  return Object.assign(keyv, {
    getRaw: (key: string) => getRaw(key).catch((error: unknown) => keyv.emit('error', error) as undefined),
  });
}
