import type { ReplaceOutcome } from '../../providers/atomic-session-store.js';
import type { RecordMeta } from '../../record/meta.js';
import { etagOf } from '../../record/record-text.js';
import { PlainStore } from './plain-store.js';
import { metaIn, withMeta } from './record-edits.js';
import { storeTwin, type Twin } from './twin.js';

/** Writes every rotation of a token in a way of its own; other writes as they are. */
abstract class RewritesRotations extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const before = metaIn(this.held(id)?.text ?? '');
    const edited = withMeta(text, (meta) => (before && isRotation(before, meta) ? this.edit(meta) : {}));
    return super.replace(id, etag, edited, deadline) as ReplaceOutcome;
  }

  protected abstract edit(meta: RecordMeta): Partial<RecordMeta>;
}

const isRotation = (before: RecordMeta, after: RecordMeta): boolean =>
  before.digest !== after.digest && before.epoch === after.epoch;

/** Counts the absolute timeout from the last rotation. */
class RestartsAtRotation extends RewritesRotations {
  protected edit({ createdAt, absoluteAt }: RecordMeta): Partial<RecordMeta> {
    return { absoluteAt: this.clock.now() + absoluteAt - createdAt };
  }
}

class RotatesWithoutGrace extends RewritesRotations {
  protected edit(): Partial<RecordMeta> {
    return { previousDigest: null, graceUntil: 0 };
  }
}

class NeverEndsTheGrace extends RewritesRotations {
  protected edit(): Partial<RecordMeta> {
    return { graceUntil: Number.MAX_SAFE_INTEGER };
  }
}

/** Takes a token for used as soon as it is issued, though its client may never have got it. */
class ConfirmsAtOnce extends RewritesRotations {
  protected edit({ rotation }: RecordMeta): Partial<RecordMeta> {
    return { rotation: { ...rotation, confirmed: true } };
  }
}

/** Remembers the last token only, so that an older one is as good as a guess. */
class ForgetsRetired extends RewritesRotations {
  protected edit({ rotation }: RecordMeta): Partial<RecordMeta> {
    return { rotation: { ...rotation, retired: [] } };
  }
}

/** Rotates for everybody who asks, whoever else did a moment ago. */
class RotatesForEverybody extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const record = this.held(id);
    const [before, after] = [metaIn(record?.text ?? ''), metaIn(text)];
    const known = record && before && after && isRotation(before, after) ? etagOf(record.text) : etag;
    return super.replace(id, known, text, deadline) as ReplaceOutcome;
  }
}

/** Counts what only says that a token came back. */
class CountsConfirmations extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const before = metaIn(this.held(id)?.text ?? '')?.rotation.confirmed;
    const counted = withMeta(text, ({ rotation, version }) =>
      before === false && rotation.confirmed ? { version: version + 1 } : {},
    );
    return super.replace(id, etag, counted, deadline) as ReplaceOutcome;
  }
}

export const renewalTwins: readonly Twin[] = [
  storeTwin('a rotation that moves the absolute deadline', ['R4'], RestartsAtRotation),
  storeTwin('a new token for everybody who rotates', ['R2'], RotatesForEverybody),
  storeTwin('a rotation without a grace', ['R2', 'R3'], RotatesWithoutGrace),
  storeTwin('a grace that never ends', ['R3'], NeverEndsTheGrace),
  storeTwin('a reuse that is seen before the successor was used', ['R2', 'R3', 'C6'], ConfirmsAtOnce),
  storeTwin('a rotation that forgets the tokens of before', ['R3'], ForgetsRetired),
  storeTwin('a confirmation that grows the version', ['C6'], CountsConfirmations),
];
