import type { CredentialProvider } from '../credentials/credential-provider.js';
import { RandomCredentialProvider } from '../credentials/random-credential-provider.js';
import { digestOf, joinToken, splitToken } from '../credentials/token.js';
import type { AtomicSessionStore, StoreCapabilities } from '../providers/atomic-session-store.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { ValueCodec } from '../record/value-codec.js';
import { deadlineFrom } from '../record/lifetime.js';
import { newMeta, type RecordMeta } from '../record/meta.js';
import { encodeRecord, newEtag } from '../record/record-text.js';
import type { LoginOptions } from '../session/login.js';
import { DEFAULT_POLICY, type SessionPolicy } from '../session/policy.js';
import { AppInstance } from './app-instance.js';
import type { FakeClock } from './fake-clock.js';
import type { Capability } from './laws/law.js';
import type { LooseSessionType, OpenRequest } from './open-request.js';
import { RecordedCredentials } from './recorded-credentials.js';

const MINUTE_MS = 60_000;

/** The policy under which the laws are checked, unless {@link SubjectParts.policy} says otherwise. */
export const LAW_POLICY: SessionPolicy = {
  ...DEFAULT_POLICY,
  idleTimeout: 10 * MINUTE_MS,
  absoluteTimeout: 60 * MINUTE_MS,
  touchInterval: MINUTE_MS,
};

/** What the laws are to be checked on. Only the first two are needed. */
export interface SubjectParts {
  /** A new, empty store. */
  readonly store: AtomicSessionStore & StoreCapabilities;
  /** The clock that the store was given. */
  readonly clock: FakeClock;
  /** The same data as another process would reach it. Default: `store`, for a store that keeps nothing of its own in the process. */
  readonly elsewhere?: AtomicSessionStore & StoreCapabilities;
  /** What the store can do beyond the five operations. Default: {@link DEFAULT_CAPABILITIES}. */
  readonly capabilities?: readonly Capability[];
  /** The most records that a bounded store keeps; make it small, such as 64. */
  readonly capacity?: number;
  /** All that an attacker with a copy of the store would see. Default: what the store was given. */
  readonly dump?: () => MaybePromise<string>;
  readonly policy?: Partial<SessionPolicy>;
  readonly credentials?: CredentialProvider;
  /** Wraps whatever credential provider a law brings along; for a broken flow. */
  readonly wrapCredentials?: (credentials: CredentialProvider) => CredentialProvider;
  readonly sessionType?: LooseSessionType;
  /** What carries values that JSON does not. Default: nothing. */
  readonly codec?: ValueCodec;
  /** Releases what the store holds, after the check. */
  readonly close?: () => MaybePromise<void>;
}

export const DEFAULT_CAPABILITIES: readonly Capability[] = ['clock', 'opaque'];

/** A session that stands in the store without a request having made it. */
export interface PlantedSession {
  readonly id: string;
  readonly token: string;
}

/**
 * What a law is checked on: a store, a clock, and an app over them that runs as two processes, without HTTP.
 *
 * One subject is for one check: faults, counters and sessions are not cleared.
 */
export class Subject {
  readonly policy: SessionPolicy;
  /** The process that the user's requests usually reach. */
  readonly here: AppInstance;
  /** Another process over the same data, with a queue of its own. */
  readonly elsewhere: AppInstance;
  readonly #credentials: RecordedCredentials;

  constructor(readonly parts: SubjectParts) {
    this.policy = { ...LAW_POLICY, ...parts.policy };
    const credentials = parts.credentials ?? new RandomCredentialProvider();
    this.#credentials = new RecordedCredentials(parts.wrapCredentials?.(credentials) ?? credentials);
    this.here = this.#instance(parts.store);
    this.elsewhere = this.#instance(parts.elsewhere ?? parts.store);
  }

  get clock(): FakeClock {
    return this.parts.clock;
  }

  get capabilities(): readonly Capability[] {
    return this.parts.capabilities ?? DEFAULT_CAPABILITIES;
  }

  /** Both processes, for what has to hold in any. */
  get instances(): readonly [AppInstance, AppInstance] {
    return [this.here, this.elsewhere];
  }

  /** The secrets of all tokens that were made, the newest last. */
  get secrets(): readonly string[] {
    return this.#credentials.secrets;
  }

  /** The same store and clock under another policy, other credentials or another session class. */
  with(changes: Partial<Omit<SubjectParts, 'store' | 'clock'>>): Subject {
    return new Subject({ ...this.parts, ...changes });
  }

  /** The same under a policy that differs in these points. */
  under(policy: Partial<SessionPolicy>): Subject {
    return this.with({ policy: { ...this.parts.policy, ...policy } });
  }

  /** A request that reaches the first process and loads its session. */
  open(...presented: readonly string[]): Promise<OpenRequest> {
    return this.here.open(...presented);
  }

  /** A session that one request made and filled. */
  async begin(values: Readonly<Record<string, unknown>> = {}): Promise<PlantedSession> {
    const request = await this.open();
    for (const [key, value] of Object.entries(values)) request.session.set(key, value);
    await request.session.save();
    const { id, token } = request.session;
    if (id === null || token === null) throw new Error('A law began a session without a value.');
    return { id, token };
  }

  /** A session that one request made by a login. */
  async logIn(
    principal: string,
    options: LoginOptions = {},
    instance: AppInstance = this.here,
  ): Promise<PlantedSession> {
    const { session } = await instance.open();
    await session.login(principal, options);
    return { id: session.id ?? '', token: session.token ?? '' };
  }

  /** The values that a request with this token finds; `undefined` when it is anonymous. Nothing is committed. */
  async read(token: string, instance: AppInstance = this.here): Promise<Record<string, unknown> | undefined> {
    const { session } = await instance.open(token);
    return session.isNew ? undefined : session.toObject();
  }

  /** The meta of a live record. */
  async metaOf(id: string): Promise<RecordMeta | undefined> {
    return (await this.here.manager.load(id))?.record.meta;
  }

  /** Puts a record into the store, of somebody or with any other meta. Its instants count from now. */
  async plant(
    values: Readonly<Record<string, unknown>> = {},
    meta: Partial<RecordMeta> = {},
  ): Promise<PlantedSession> {
    const planted = await this.reserve();
    const { secret } = splitToken(planted.token) ?? { secret: '' };
    const full = { ...this.newMeta(secret), ...meta };
    const deadline = deadlineFrom(full.seenAt, full.idleTimeout, full.absoluteAt);
    await this.here.store.create(planted.id, this.textOf(values, full), deadline);
    return planted;
  }

  /** An id that is free, and a token that would open it. Stores nothing. */
  async reserve(): Promise<PlantedSession> {
    const id = await this.here.store.newId();
    return { id, token: joinToken({ id, secret: this.#credentials.createSessionToken(id) }) };
  }

  /** The meta of a session that begins now, under the policy of the subject. */
  newMeta(secret: string): RecordMeta {
    const { idleTimeout, absoluteTimeout } = this.policy;
    return newMeta({ digest: digestOf(secret), now: this.clock.now(), idleTimeout, absoluteTimeout });
  }

  /** The text of a record with a fresh etag. */
  textOf(
    values: Readonly<Record<string, unknown>> = {},
    meta: RecordMeta = this.newMeta(this.#credentials.createSessionToken()),
  ): string {
    const segments = Object.entries(values).map(([key, value]): [string, string] => [
      key,
      JSON.stringify(value),
    ]);
    return encodeRecord(newEtag(), meta, new Map(segments));
  }

  /** All that a copy of the store could show. */
  async dump(): Promise<string> {
    const given = this.instances.flatMap(({ store }) => store.given);
    return [...given, (await this.parts.dump?.()) ?? ''].join('\n');
  }

  /** Settled when nothing is under way any more; touches are not awaited by their request. */
  async drain(): Promise<void> {
    for (const { manager } of this.instances) await manager.drain();
  }

  /** Releases what {@link SubjectParts.close} does; the store is not touched. */
  async close(): Promise<void> {
    await this.parts.close?.();
  }

  #instance(store: SubjectParts['store']): AppInstance {
    const { clock, sessionType, codec } = this.parts;
    return new AppInstance({
      store,
      clock,
      codec,
      sessionType,
      policy: this.policy,
      credentials: this.#credentials,
    });
  }
}
