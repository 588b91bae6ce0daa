import { sessionGone } from '../errors/outage.js';
import { notLoaded } from '../errors/use.js';
import type { Segments } from '../record/record-text.js';
import { ClientSide } from './client-side.js';
import type { CollectedChanges } from './collected-changes.js';
import type { LiveRecord } from './live-record.js';
import type { IssuedSession } from './record-writer.js';
import type { FoundSession, SessionManager } from './session-manager.js';
import { SessionValues } from './session-values.js';

const NO_VALUES: Segments = new Map();

/** All that one request knows of its session, and how that may change. Does nothing to the store. */
export class SessionState {
  readonly client: ClientSide = new ClientSide();
  /** `dead`: the session ended elsewhere while this request ran. Nothing is written any more, and nothing new is created (D2). */
  #stage: 'unloaded' | 'loaded' | 'dead' = 'unloaded';
  readonly #values: SessionValues;
  #live: LiveRecord | undefined;
  #loadedDigest: string | undefined;
  #presentedDigest: string | undefined;
  #ownDigest: string | undefined;
  #createdHere = false;
  #hasNewPrivilege = false;
  #lostId: string | undefined;
  #uses = 0;

  /** @param where what the request asked for, for errors */
  constructor(
    private readonly manager: SessionManager,
    private readonly where: () => string,
  ) {
    this.#values = new SessionValues(NO_VALUES, manager.rules, (key, why) =>
      this.#reportUnreadable(key, why),
    );
  }

  get loaded(): boolean {
    return this.#stage !== 'unloaded';
  }

  get dead(): boolean {
    return this.#stage === 'dead';
  }

  /** How often the session was read or written. */
  get uses(): number {
    return this.#uses;
  }

  /** The values as the request sees them. Looking at them here counts as no use. */
  get values(): SessionValues {
    return this.#values;
  }

  /** Empty until the session has a record in the store. */
  get live(): LiveRecord | undefined {
    return this.#live;
  }

  /** The record's digest when it was loaded: whoever finds another one in the store was not the first to rotate. */
  get loadedDigest(): string | undefined {
    return this.#loadedDigest;
  }

  /** The record's digest when this request loaded it or gave it a token: it may rotate away that one, and no newer one (law R2). */
  get ownDigest(): string | undefined {
    return this.#ownDigest;
  }

  /** The digest of the token that the client brought; empty where nobody has to know. */
  get presentedDigest(): string | undefined {
    return this.#presentedDigest;
  }

  get isNew(): boolean {
    return this.#createdHere || !this.#live;
  }

  /** Whether the session got its token in this request, at its creation or at a change of privilege. */
  get hasNewPrivilege(): boolean {
    return this.#createdHere || this.#hasNewPrivilege;
  }

  /** The session that an end would end: it may live on with a new token after this request lost it. */
  get endableId(): string | undefined {
    return this.#live?.id ?? this.#lostId;
  }

  /** @throws SessionError NOT_LOADED */
  use(): void {
    if (!this.loaded) throw notLoaded(this.where());
    this.#uses += 1;
  }

  /** @throws SessionError SESSION_GONE */
  assertAlive(): void {
    if (this.dead) throw sessionGone('ended');
  }

  /** The load is over; nothing was found for an anonymous request. */
  begin(found: FoundSession | undefined): void {
    this.#stage = 'loaded';
    if (!found) return;
    const { live, token, standing, isNews = false } = found;
    const { digest, rotation } = live.record.meta;
    this.#live = live;
    this.client.opened(token, standing);
    this.#loadedDigest = digest;
    this.#ownDigest = digest;
    if (!rotation.confirmed && token !== null && !isNews)
      this.#presentedDigest = this.manager.digestOf(token);
    this.#values.reset(live.segments);
    if (isNews && token !== null) this.issue(token);
  }

  /** A commit took `changes`, and this is what it left in the store. */
  adopt(live: LiveRecord, changes: CollectedChanges): void {
    this.#live = live;
    this.#values.adopt(live.segments, changes);
  }

  created({ live, token }: IssuedSession, changes: CollectedChanges): void {
    this.#createdHere = true;
    this.adopt(live, changes);
    this.issue(token);
  }

  touched(live: LiveRecord): void {
    this.#live = live;
  }

  /** The record was read anew, and what the request had changed is dropped. */
  reloaded(live: LiveRecord): void {
    this.#live = live;
    this.#values.reset(live.segments);
  }

  /** Hands a token to the client, in a cookie that lives as long as the session is meant to. */
  issue(token: string): void {
    const { absoluteAt, overrides, digest } = this.#live?.record.meta ?? {};
    this.#ownDigest = digest;
    const persistent = overrides?.persistent ?? this.manager.policy.persistent;
    this.client.issue(token, persistent ? absoluteAt : undefined);
  }

  /** Hands the client its token once more; not one that another request rotated away while this one was under way. */
  reissue(): void {
    const { token, standing } = this.client;
    const isNewest = standing === 'current' && this.#live?.record.meta.digest === this.#ownDigest;
    if (token !== null && isNewest) this.issue(token);
  }

  /** The token from before this request is no good any more, so nobody can have planted it. */
  renewed(): void {
    this.#hasNewPrivilege = true;
  }

  /** Law D2: the data of a dead session is dropped, and the client's cookie is left alone: it may be a newer one already. */
  die(): void {
    if (this.#live) {
      this.manager.report({ type: 'dropped', id: this.#live.id });
      this.#lostId = this.#live.id;
    }
    this.#restart('dead');
    this.client.lose();
  }

  /** The request ended the session itself; what is written afterwards belongs to a new one. */
  forget({ loggedOut }: { readonly loggedOut: boolean }): void {
    this.#restart('loaded');
    this.#createdHere = false;
    this.#hasNewPrivilege = false;
    this.#lostId = undefined;
    this.client.forget(loggedOut);
  }

  #restart(stage: 'loaded' | 'dead'): void {
    this.#stage = stage;
    this.#live = undefined;
    this.#values.reset(NO_VALUES);
  }

  #reportUnreadable(key: string, why: 'corrupt' | 'refused'): void {
    if (!this.#live) return;
    const { id } = this.#live;
    this.manager.report(
      why === 'refused' ? { type: 'refused-value', id, key } : { type: 'corrupt-record', id },
    );
  }
}
