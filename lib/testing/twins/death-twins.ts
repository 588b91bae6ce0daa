import { setImmediate } from 'node:timers';
import type { CreateOutcome, ReplaceOutcome } from '../../providers/atomic-session-store.js';
import { PlainStore } from './plain-store.js';
import { storeTwin, type Twin } from './twin.js';

/** Writes a record whether it is there or not, as `SET`, `REPLACE INTO` and `upsert` do. */
class UpsertsOnSave extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const reply = super.replace(id, etag, text, deadline) as ReplaceOutcome;
    if (reply !== 'gone') return reply;
    this.records.set(id, { text, deadline });
    return 'ok';
  }
}

/** Writes what it touches from a copy of its own. */
class RecreatesOnTouch extends PlainStore {
  readonly #copies = new Map<string, string>();

  override create(id: string, text: string, deadline: number): CreateOutcome {
    this.#copies.set(id, text);
    return super.create(id, text, deadline) as CreateOutcome;
  }

  override touch(id: string, deadline: number): void {
    this.records.set(id, { text: this.records.get(id)?.text ?? this.#copies.get(id) ?? '', deadline });
  }
}

class EndsNothing extends PlainStore {
  override end(id: string): boolean {
    return this.held(id) !== undefined;
  }
}

/** Deletes and remembers nothing. */
class LeavesNoTombstone extends PlainStore {
  override end(id: string): boolean {
    return this.held(id) !== undefined && this.records.delete(id);
  }
}

/** Acknowledges first and deletes then. */
class EndsLater extends PlainStore {
  override end(id: string): boolean {
    setImmediate(() => void super.end(id, 'invalidated'));
    return this.held(id) !== undefined && !this.ended.has(id);
  }
}

/** Ends, and says each time that it was the one. */
class EndsAgain extends PlainStore {
  override end(id: string): boolean {
    void super.end(id, 'invalidated');
    return true;
  }
}

export const deathTwins: readonly Twin[] = [
  storeTwin('upsert on save', ['D1', 'D2'], UpsertsOnSave),
  storeTwin('a touch that recreates', ['D1'], RecreatesOnTouch),
  storeTwin('an end that does nothing', ['D1', 'D3', 'D4', 'I3', 'R1'], EndsNothing),
  storeTwin('an end without a tombstone', ['D1'], LeavesNoTombstone),
  storeTwin('an end that is acknowledged before it is done', ['D1', 'D4'], EndsLater),
  storeTwin('an end that is always the first', ['D3'], EndsAgain),
];
