import { storeFailed } from '../errors/outage.js';
import { limitExceeded } from '../errors/use.js';
import type { SessionEvent } from '../events/session-event.js';
import type { Admission } from '../providers/atomic-session-store.js';
import type { MaybePromise } from '../providers/session-provider.js';
import { newMeta, type RecordMeta } from '../record/meta.js';
import { encodeRecord, newEtag, type Segments } from '../record/record-text.js';
import { seen } from '../record/transitions.js';
import { admitted } from './admitted.js';
import type { GuardedStore } from './guarded-store.js';
import { type LiveRecord, readRecord } from './live-record.js';
import type { SessionPolicy } from './policy.js';
import type { Attention } from './store-call.js';
import type { TokenMint } from './token-mint.js';

/** Two fresh ids of 128 random bits never meet; a store that says so again and again is broken. */
const MAX_CREATE_ATTEMPTS = 4;

/** A session that was just created. */
export interface IssuedSession {
  readonly live: LiveRecord;
  readonly token: string;
}

/** What a new session is, beside its values. */
export interface Birth {
  /** Makes the first values; `undefined` when there is nothing to store, and then no session is created. May be a user's function. */
  readonly compose: () => MaybePromise<Segments | undefined>;
  /** What is said of it, where it is not as the policy says. */
  readonly shape?: ((meta: RecordMeta) => RecordMeta) | undefined;
  /** For a login: whose session it is. */
  readonly admission?: Admission | undefined;
  /** The id that it has to have; no session is created when that is taken. Empty: a fresh one. */
  readonly id?: string | undefined;
}

/** What a writer works with. */
export interface WriterParts {
  readonly store: Pick<GuardedStore, 'newId' | 'create' | 'admit'>;
  readonly mint: TokenMint;
  readonly policy: SessionPolicy;
  /** The version of the values that this release of the app writes. Empty: it does not count them. */
  readonly schemaVersion: number | undefined;
  now(): number;
  report(event: SessionEvent): void;
}

/** Writes new records, and the text of all of them. */
export class RecordWriter {
  constructor(private readonly parts: WriterParts) {}

  /** Creates a session under a fresh id; an id that is taken is never written over (law I1). Composes once. */
  async create(birth: Birth, attention: Attention): Promise<IssuedSession | undefined> {
    const segments = await birth.compose();
    if (!segments) return undefined;
    for (let attempt = 0; attempt < MAX_CREATE_ATTEMPTS; attempt++) {
      const created = await this.#tryCreate(birth, segments, attention);
      if (created || birth.id !== undefined) return created;
    }
    throw storeFailed('create', new Error('It says that every fresh id is taken.'));
  }

  /** The text of a record, held against the limits on its size. @throws SessionError LIMIT_EXCEEDED */
  encode(etag: string, meta: RecordMeta, segments: Segments): string {
    const { keys, size } = this.parts.policy.limits;
    if (segments.size > keys)
      throw limitExceeded('session.limits.keys', `${segments.size} keys`, String(keys));
    const text = encodeRecord(etag, meta, segments);
    const bytes = text.length > size / 3 ? Buffer.byteLength(text) : text.length;
    if (bytes > size) throw limitExceeded('session.limits.size', `${bytes} bytes`, `${size} bytes`);
    return text;
  }

  async #tryCreate(
    { id: wanted, shape, admission }: Birth,
    ...[segments, attention]: [Segments, Attention]
  ): Promise<IssuedSession | undefined> {
    const { store, mint } = this.parts;
    const id = wanted ?? (await store.newId());
    const { token, digest } = mint.issue(id);
    const meta = this.#newMeta(digest, shape);
    const text = this.encode(newEtag(), meta, segments);
    const deadline = Math.min(meta.seenAt + meta.idleTimeout, meta.absoluteAt);
    attention.check();
    const outcome = await (admission
      ? admitted(this.parts, { id, text, deadline }, admission)
      : store.create(id, text, deadline));
    const live = readRecord(id, { text, deadline });
    return outcome === 'ok' && live ? { live, token } : undefined;
  }

  #newMeta(digest: string, shape: Birth['shape'] = (meta) => meta): RecordMeta {
    const { policy, schemaVersion } = this.parts;
    const { idleTimeout, absoluteTimeout } = policy;
    const now = this.parts.now();
    const plain = newMeta({ digest, now, idleTimeout, absoluteTimeout });
    const versioned = schemaVersion === undefined ? plain : { ...plain, schemaVersion };
    return seen(shape(versioned), { at: now, idleTimeout });
  }
}
