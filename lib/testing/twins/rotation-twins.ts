import type { ReplaceOutcome, StoredRecord } from '../../providers/atomic-session-store.js';
import { turn } from '../turn.js';
import { PlainStore } from './plain-store.js';
import { metaIn, withMeta } from './record-edits.js';
import { storeTwin, type Twin } from './twin.js';

/** Deletes the old record, does something else for a moment, and creates the new one. */
class DeletesBeforeItCreates extends PlainStore {
  override async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const record = this.held(id);
    if (record && metaIn(record.text)?.digest !== metaIn(text)?.digest) {
      this.records.delete(id);
      await turn();
      this.records.set(id, record);
    }
    return super.replace(id, etag, text, deadline);
  }
}

/** Lets the token before a privilege change live on for a minute, as at a rotation. */
class GraceAfterRegenerate extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const before = metaIn(this.held(id)?.text ?? '')?.digest;
    const lenient = withMeta(text, ({ digest }) =>
      before === undefined || before === digest
        ? {}
        : { previousDigest: before, graceUntil: this.clock.now() + 60_000 },
    );
    return super.replace(id, etag, lenient, deadline) as ReplaceOutcome;
  }
}

/** Counts the absolute timeout from the last privilege change. */
class RestartsAtRegenerate extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const before = metaIn(this.held(id)?.text ?? '')?.epoch;
    const restarted = withMeta(text, ({ epoch, createdAt, absoluteAt }) =>
      epoch === before ? {} : { absoluteAt: this.clock.now() + absoluteAt - createdAt },
    );
    return super.replace(id, etag, restarted, deadline) as ReplaceOutcome;
  }
}

/** Loses the epoch, so that nobody can tell a commit from before a privilege change. */
class ForgetsTheEpoch extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    const record = super.load(id) as StoredRecord | undefined;
    return record && withoutEpoch(record);
  }

  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const reply = super.replace(id, etag, text, deadline) as ReplaceOutcome;
    return typeof reply === 'string' ? reply : withoutEpoch(reply);
  }
}

const withoutEpoch = (record: StoredRecord): StoredRecord => ({
  ...record,
  text: withMeta(record.text, () => ({ epoch: 0 })),
});

export const rotationTwins: readonly Twin[] = [
  storeTwin('a regenerate that deletes before it creates', ['R4'], DeletesBeforeItCreates),
  storeTwin('a regenerate that leaves both tokens alive', ['R1', 'R4'], GraceAfterRegenerate),
  storeTwin('a regenerate that resets the absolute deadline', ['R4'], RestartsAtRegenerate),
  storeTwin('an epoch that is not checked', ['R1'], ForgetsTheEpoch),
];
