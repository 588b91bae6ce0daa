import type { CreateOutcome, ReplaceOutcome, StoredRecord } from '../../providers/atomic-session-store.js';
import { etagOf } from '../../record/record-text.js';
import { turn } from '../turn.js';
import { PlainStore } from './plain-store.js';
import { segmentsIn, withSegments } from './record-edits.js';
import { storeTwin, type Twin } from './twin.js';

/** What express-session's stores do: the record of whoever saves last, whole. */
class LastWriteWins extends PlainStore {
  override replace(id: string, _etag: string, text: string, deadline: number): ReplaceOutcome {
    if (!this.held(id)) return 'gone';
    this.records.set(id, { text, deadline });
    return 'ok';
  }
}

/** Compares, does something else for a moment, and writes. */
class CheckThenSet extends PlainStore {
  override async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const record = this.held(id);
    if (!record) return 'gone';
    if (etagOf(record.text) !== etag) return record;
    await turn();
    this.records.set(id, { text, deadline });
    return 'ok';
  }
}

/** Lays the changed keys over whatever the record is by then, and so decides over what it cannot know. */
class MergesByItself extends PlainStore {
  readonly #written = new Map<string, string>();

  override create(id: string, text: string, deadline: number): CreateOutcome {
    this.#written.set(etagOf(text), text);
    return super.create(id, text, deadline) as CreateOutcome;
  }

  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const record = this.held(id);
    if (!record) return 'gone';
    const base = segmentsIn(this.#written.get(etag) ?? '');
    const changed = [...segmentsIn(text)].filter(([key, json]) => base.get(key) !== json);
    const merged = withSegments(text, [...segmentsIn(record.text), ...changed]);
    this.#written.set(etagOf(text), merged);
    this.records.set(id, { text: merged, deadline });
    return 'ok';
  }
}

/** Merges what is saved into what is there; a key that is no longer saved stays. */
class KeepsRemovedKeys extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const record = this.held(id);
    if (!record || etagOf(record.text) !== etag)
      return super.replace(id, etag, text, deadline) as ReplaceOutcome;
    const merged = withSegments(text, [...segmentsIn(record.text), ...segmentsIn(text)]);
    this.records.set(id, { text: merged, deadline });
    return 'ok';
  }
}

/** Writes the first changed key, does something else for a moment, and writes the rest. */
class WritesInTwoSteps extends PlainStore {
  override async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const record = this.held(id);
    if (record && etagOf(record.text) === etag) {
      const before = segmentsIn(record.text);
      const [changed] = [...segmentsIn(text)].filter(([key, json]) => before.get(key) !== json);
      const half = withSegments(record.text, [...before, ...(changed ? [changed] : [])]);
      this.records.set(id, { ...record, text: half });
      await turn();
    }
    return super.replace(id, etag, text, deadline);
  }
}

/** Answers a conflict with what the record was one write ago, as a lagging replica does; the etag is today's. */
class StaleConflicts extends PlainStore {
  readonly #before = new Map<string, string>();

  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const record = this.held(id);
    const reply = super.replace(id, etag, text, deadline) as ReplaceOutcome;
    if (reply === 'ok' && record) this.#before.set(id, record.text);
    if (typeof reply === 'string') return reply;
    return { ...reply, text: etagOf(reply.text) + (this.#before.get(id) ?? reply.text).slice(12) };
  }
}

/** Takes a write that was sent twice for two writers. */
class ResendIsConflict extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const record = this.held(id);
    if (record && etagOf(record.text) !== etag) return record;
    return super.replace(id, etag, text, deadline) as ReplaceOutcome;
  }
}

/** Reads from a replica that is one write behind. */
class LaggingReads extends PlainStore {
  readonly #before = new Map<string, StoredRecord>();

  override load(id: string): StoredRecord | undefined {
    return this.#before.get(id) ?? (super.load(id) as StoredRecord | undefined);
  }

  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const record = this.held(id);
    const reply = super.replace(id, etag, text, deadline) as ReplaceOutcome;
    if (reply === 'ok' && record) this.#before.set(id, record);
    return reply;
  }

  override end(id: string): boolean {
    this.#before.delete(id);
    return super.end(id, 'invalidated') as boolean;
  }
}

export const commitTwins: readonly Twin[] = [
  storeTwin('the whole record, last write wins', ['C2', 'C3', 'C4', 'C6', 'R1', 'V5'], LastWriteWins),
  storeTwin('check, then set', ['C2', 'C3', 'C4', 'C6', 'R1'], CheckThenSet),
  storeTwin('a merge in the store', ['C3', 'C4'], MergesByItself),
  storeTwin('a merge that keeps removed keys', ['V4', 'C2', 'R1'], KeepsRemovedKeys),
  storeTwin('a write in two steps', ['C1'], WritesInTwoSteps),
  storeTwin('a conflict reply with stale text', ['C2', 'C3'], StaleConflicts),
  storeTwin('a write sent twice conflicts with itself', ['C3'], ResendIsConflict),
  storeTwin('reads that lag behind', ['V1', 'V4', 'C2'], LaggingReads),
];
