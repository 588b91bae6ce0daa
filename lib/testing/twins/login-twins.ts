import type { Admission, AdmitOutcome, AdmittedWrite } from '../../providers/atomic-session-store.js';
import type { MaybePromise } from '../../providers/session-provider.js';
import type { LoginOptions } from '../../session/login.js';
import { Session } from '../../session/session.js';
import { turn } from '../turn.js';
import { PlainStore } from './plain-store.js';
import { metaIn, withMeta } from './record-edits.js';
import { flowTwin, storeTwin, type Twin } from './twin.js';

type Values = Record<string, unknown>;

/** Takes over whatever was there, and with it what an attacker has put there. */
class KeepsAllValues extends Session<Values> {
  override login(principal: string | number, options: LoginOptions = {}): Promise<void> {
    return super.login(principal, { ...options, keep: 'all' });
  }
}

/** Writes the principal into the session as it is, and says nothing of a new token. */
class KeepsTheToken extends PlainStore {
  override admit(write: AdmittedWrite, admission: Admission): MaybePromise<AdmitOutcome> {
    const digest = metaIn(this.held(write.id)?.text ?? '')?.digest;
    const text = digest === undefined ? write.text : withMeta(write.text, () => ({ digest }));
    return super.admit({ ...write, text }, admission);
  }
}

/** Lets the token of before live on beside the new one. */
class KeepsBothTokens extends PlainStore {
  override admit(write: AdmittedWrite, admission: Admission): MaybePromise<AdmitOutcome> {
    const before = metaIn(this.held(write.id)?.text ?? '')?.digest;
    const graceUntil = this.clock.now() + 60_000;
    const text = withMeta(write.text, () =>
      before === undefined ? {} : { previousDigest: before, graceUntil },
    );
    return super.admit({ ...write, text }, admission);
  }
}

/** Counts the absolute timeout from the creation, however long ago that was. */
class KeepsTheDeadline extends PlainStore {
  override admit(write: AdmittedWrite, admission: Admission): MaybePromise<AdmitOutcome> {
    const before = metaIn(this.held(write.id)?.text ?? '');
    const text = withMeta(write.text, () => (before ? { absoluteAt: before.absoluteAt } : {}));
    return super.admit({ ...write, text }, admission);
  }
}

/** Deletes the session of before, does something else for a moment, and creates the one that is logged in. */
class ReplacesInTwoSteps extends PlainStore {
  override async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const record = this.held(write.id);
    if (record) {
      this.records.delete(write.id);
      await turn();
      this.records.set(write.id, record);
    }
    return super.admit(write, admission);
  }
}

export const loginTwins: readonly Twin[] = [
  flowTwin('a login that keeps all values', ['R1'], () => ({ sessionType: KeepsAllValues })),
  storeTwin('a login that keeps the old token', ['R1', 'R4'], KeepsTheToken),
  storeTwin('a login that leaves both tokens alive', ['R1', 'R4'], KeepsBothTokens),
  storeTwin('a login that keeps the old deadline', ['R4'], KeepsTheDeadline),
  storeTwin('a login that deletes before it creates', ['R4'], ReplacesInTwoSteps),
];
