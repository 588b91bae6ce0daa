import type { ReplaceOutcome, StoredRecord } from '../../providers/atomic-session-store.js';
import { LAW_POLICY } from '../subject.js';
import { PlainStore } from './plain-store.js';
import { withMeta } from './record-edits.js';
import { storeTwin, type Twin } from './twin.js';

/** Keeps no deadline, so that none can come. */
class IgnoresDeadlines extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    const record = this.held(id);
    return record && { ...record, deadline: Infinity };
  }
}

/** Alive at its deadline, too. */
class OneMillisecondMore extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    const record = this.held(id);
    return record && { ...record, deadline: record.deadline + 1 };
  }
}

/** Restarts a time to live at each load, whatever the policy, as `GETEX` with a constant does. */
class SlidesOnLoad extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    const record = super.load(id) as StoredRecord | undefined;
    if (!record) return undefined;
    const slid = { ...record, deadline: this.clock.now() + LAW_POLICY.idleTimeout };
    this.records.set(id, slid);
    return slid;
  }
}

class IgnoresTouches extends PlainStore {
  override touch(): void {}
}

/** Sets the deadline to whatever it is told, as `PEXPIRE` without `GT` does. */
class TouchesBack extends PlainStore {
  override touch(id: string, deadline: number): void {
    const record = this.held(id);
    if (record) this.records.set(id, { ...record, deadline });
  }
}

/** Rewrites the record for a touch, and counts that. */
class CountsTouches extends PlainStore {
  override touch(id: string, deadline: number): void {
    const record = this.held(id);
    if (!record) return;
    const text = withMeta(record.text, ({ version }) => ({ version: version + 1 }));
    this.records.set(id, { text, deadline: Math.max(deadline, record.deadline) });
  }
}

/** Forgets a record at its deadline, in the middle of a request that was admitted before. */
class ForgetsAtOnce extends PlainStore {
  protected override held(id: string): StoredRecord | undefined {
    return this.load(id) as StoredRecord | undefined;
  }
}

/** Counts the absolute timeout from the last use: a rolling session that never ends. */
class RollsForEver extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    return super.replace(id, etag, this.#rolled(text), deadline) as ReplaceOutcome;
  }

  override touch(id: string): void {
    const record = this.held(id);
    const deadline = this.clock.now() + LAW_POLICY.idleTimeout;
    if (record) this.records.set(id, { text: this.#rolled(record.text), deadline });
  }

  #rolled(text: string): string {
    const now = this.clock.now();
    return withMeta(text, ({ createdAt, absoluteAt }) => ({
      createdAt: now,
      absoluteAt: now + absoluteAt - createdAt,
    }));
  }
}

export const timeTwins: readonly Twin[] = [
  storeTwin('an ignored deadline', ['T1'], IgnoresDeadlines),
  storeTwin('a deadline that is one millisecond late', ['T1'], OneMillisecondMore),
  storeTwin('a time to live that restarts at each load', ['T1'], SlidesOnLoad),
  storeTwin('a touch that does nothing', ['T1', 'T2'], IgnoresTouches),
  storeTwin('a touch that moves the deadline back', ['T2'], TouchesBack),
  storeTwin('a touch that grows the version', ['C6'], CountsTouches),
  storeTwin('a record that is forgotten at its deadline', ['T3'], ForgetsAtOnce),
  storeTwin('a session that rolls for ever', ['C7', 'R4', 'T1', 'T3'], RollsForEver),
];
