import { RandomCredentialProvider } from '../credentials/random-credential-provider.js';
import { digestOf, isSecret, joinToken, newSessionId, splitToken } from '../credentials/token.js';
import { sessionConflict, storeFailed } from '../errors/outage.js';
import { badCredential } from '../errors/use.js';
import { deadlineFrom, isLive } from '../record/lifetime.js';
import { newMeta } from '../record/meta.js';
import {
  type DecodedRecord,
  decodeRecord,
  decodeSegments,
  encodeRecord,
  newEtag,
} from '../record/record-text.js';
import { readableValues } from '../record/readable-values.js';
import { encodeValue } from '../record/value.js';
import type { ValueRules } from '../record/value-rules.js';
import { opens } from '../record/verify.js';
import type {
  AtomicSessionStore,
  CreateOutcome,
  EndReason,
  ReplaceOutcome,
  StoredRecord,
} from './atomic-session-store.js';
import { systemClock } from './clock.js';
import {
  type MaybePromise,
  type ProviderContext,
  SessionProvider,
  type SessionValueRecord,
} from './session-provider.js';

const MAX_ATTEMPTS = 16;
/** Ids are random: a second collision is a fault of the store. */
const MAX_CREATE_ATTEMPTS = 4;
const UNBOUNDED = { size: Infinity, keys: Infinity, depth: 512 };
const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUTS = { idle: 30 * MINUTE_MS, absolute: 12 * 60 * MINUTE_MS };

/**
 * The base of a provider that holds every law: implement the five operations of {@link AtomicSessionStore}, and the chapter's
 * four methods come with it.
 *
 * The library itself calls the five operations; the four methods are for code that holds a token and no request.
 */
export abstract class AtomicSessionProvider extends SessionProvider implements AtomicSessionStore {
  protected readonly context: ProviderContext;

  /** @param context what the module hands over; all of it has a default, so that `new Provider()` works in a test. */
  constructor(context: Partial<ProviderContext> = {}) {
    super();
    this.context = {
      credentials: context.credentials ?? new RandomCredentialProvider(),
      clock: context.clock ?? systemClock,
      timeouts: context.timeouts ?? DEFAULT_TIMEOUTS,
      directory: context.directory ?? process.cwd(),
      codec: context.codec,
    };
  }

  abstract load(id: string): MaybePromise<StoredRecord | undefined>;
  abstract create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome>;
  abstract replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome>;
  abstract touch(id: string, deadline: number): MaybePromise<void>;
  abstract end(id: string, reason: EndReason): MaybePromise<boolean>;

  override async createSession(): Promise<string> {
    const { clock, credentials, timeouts } = this.context;
    for (let attempt = 0; attempt < MAX_CREATE_ATTEMPTS; attempt++) {
      const id = newSessionId();
      const secret = credentials.createSessionToken(id);
      if (!isSecret(secret)) throw badCredential('something that cannot be part of a cookie');
      const now = clock.now();
      const meta = newMeta({
        digest: digestOf(secret),
        now,
        idleTimeout: timeouts.idle,
        absoluteTimeout: timeouts.absolute,
      });
      const deadline = deadlineFrom(now, timeouts.idle, meta.absoluteAt);
      if ((await this.create(id, encodeRecord(newEtag(), meta, new Map()), deadline)) === 'ok') {
        return joinToken({ id, secret });
      }
    }
    throw storeFailed('create', new Error('It says that every fresh id is taken.'));
  }

  override async getSession(token: string): Promise<SessionValueRecord | undefined> {
    const opened = await this.#open(token);
    return opened && readableValues(opened.segments, this.#rules).values;
  }

  override async updateSession(token: string, values: SessionValueRecord): Promise<void> {
    let opened = await this.#open(token);
    for (let attempt = 0; opened && attempt < MAX_ATTEMPTS; attempt++) {
      const { id, record, segments } = opened;
      const { clock, timeouts } = this.context;
      const now = clock.now();
      const meta = {
        ...record.meta,
        version: record.meta.version + 1,
        seenAt: Math.max(now, record.meta.seenAt),
        idleTimeout: timeouts.idle,
      };
      const text = encodeRecord(newEtag(), meta, merge(segments, values, this.#rules));
      const outcome = await this.replace(
        id,
        record.etag,
        text,
        deadlineFrom(now, timeouts.idle, meta.absoluteAt),
      );
      if (outcome === 'ok' || outcome === 'gone') return;
      opened = this.#decode(token, outcome);
    }
    if (opened) throw sessionConflict(MAX_ATTEMPTS);
  }

  override async invalidateSession(token: string): Promise<void> {
    const opened = await this.#open(token);
    if (opened) await this.end(opened.id, 'invalidated');
  }

  get #rules(): ValueRules {
    return { ...UNBOUNDED, codec: this.context.codec };
  }

  async #open(token: string): Promise<OpenedRecord | undefined> {
    const parts = splitToken(token);
    if (!parts || !this.context.credentials.validateSessionToken(parts.secret, parts.id)) return undefined;
    const stored = await this.load(parts.id);
    return stored && this.#decode(token, stored);
  }

  #decode(token: string, stored: StoredRecord): OpenedRecord | undefined {
    const parts = splitToken(token);
    const record = decodeRecord(stored.text);
    const segments = record && decodeSegments(record.body);
    const now = this.context.clock.now();
    if (!parts || !segments || !opens(record.meta, parts.secret, now)) return undefined;
    return isLive(record.meta, stored.deadline, now, this.context.timeouts.idle)
      ? { id: parts.id, record, segments }
      : undefined;
  }
}

interface OpenedRecord {
  readonly id: string;
  readonly record: DecodedRecord;
  readonly segments: Map<string, string>;
}

function merge(
  segments: Map<string, string>,
  values: SessionValueRecord,
  rules: ValueRules,
): Map<string, string> {
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) segments.delete(key);
    else segments.set(key, encodeValue(key, value, rules));
  }
  return segments;
}
