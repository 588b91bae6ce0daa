import { AtomicSessionProvider } from '../atomic-session-provider.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  Announcement,
  Closes,
  Confirms,
  CreateOutcome,
  EndReason,
  EndsEverything,
  KnowsPrincipals,
  Opens,
  OwnedRecord,
  ReplaceOutcome,
  ReportsHealth,
  StoredRecord,
  StoreWatcher,
  Watches,
} from '../atomic-session-store.js';
import { announcementText, readAnnouncement } from '../announcement-text.js';
import { type Leases, LEASES } from '../near-cache/leases.js';
import { type NearCache, nearCache, type NearCacheUsage } from '../near-cache/near-cache.js';
import type { MaybePromise, ProviderContext, SessionValueRecord } from '../session-provider.js';
import { bootProblem } from './boot-problem.js';
import { Keyspace } from './keyspace.js';
import type { RedisUsage } from './metered-port.js';
import { RedisCoherence } from './redis-coherence.js';
import { RedisConnection } from './redis-connection.js';
import { within } from './redis-failure.js';
import { parseRedisOptions, type RedisOptions } from './redis-options.js';
import type { RedisReply } from './redis-port.js';
import { RedisRecords } from './redis-records.js';
import { rehearse } from './rehearsal.js';

const BOOT_TIMEOUT_MS = 5000;
const HEALTH_TIMEOUT_MS = 2000;
/** How long a server that says nothing may hold up the end of the app. */
const GOODBYE_MS = 1000;

/**
 * Sessions in Redis (from 7.0) or Valkey: one server, behind sentinels, or a cluster; for any number of processes.
 *
 * A load, a commit, a creation, a touch and an end cost one round trip each, a login two. Time is only ever sent as a distance from now, so the
 * clocks of the app and of the server need not agree. What a failover or a crash of the server can lose: docs/providers/redis.md.
 *
 * @example
 * ```ts
 * import { SessionModule } from 'nestjs-sessions';
 * import { RedisSessionProvider } from 'nestjs-sessions/redis';
 *
 * SessionModule.forRoot({
 *   sessionProvider: RedisSessionProvider,
 *   config: { url: 'redis://localhost:6379', prefix: 'shop:sess:' },
 * });
 * ```
 */
export class RedisSessionProvider
  extends AtomicSessionProvider
  implements KnowsPrincipals, EndsEverything, Watches, Opens, Confirms, ReportsHealth, Closes
{
  readonly #options: RedisOptions;
  readonly #connection: RedisConnection;
  readonly #keys: Keyspace;
  readonly #store: NearCache;
  #rehearsed = false;

  /**
   * Connects to nothing yet: {@link open} does, or the first operation.
   *
   * @param config see {@link RedisOptions}.
   * @param leases for tests: how long the leases of the near-cache are, and how their time passes.
   * @throws SessionError CONFIG_INVALID
   */
  constructor(
    config: SessionValueRecord = {},
    context: Partial<ProviderContext> = {},
    leases: Leases = LEASES,
  ) {
    super(context);
    this.#options = parseRedisOptions(config);
    this.#connection = new RedisConnection(this.#options, this.context.directory);
    this.#keys = new Keyspace(this.#options.prefix);
    const { clock } = this.context;
    this.#store = nearCache({
      store: new RedisRecords(this.#connection, this.#keys, clock),
      coherence: new RedisCoherence(() => this.#connection.port(), this.#keys),
      options: this.#options.cached,
      clock,
      leases,
    });
  }

  /** For metrics. */
  get usage(): RedisUsage {
    return this.#connection.usage;
  }

  /** What `cached` does; all 0 without it. */
  get cacheUsage(): NearCacheUsage {
    return this.#store.usage;
  }

  /**
   * Looks at a configuration without opening anything.
   *
   * @throws SessionError CONFIG_INVALID
   */
  static checkConfig(config: SessionValueRecord): void {
    parseRedisOptions(config);
  }

  /**
   * Connects and plays one session through, from its creation over a login to its end: a server that is too old, or a user who may
   * not do what is needed, is found out here and not by the first visitor.
   *
   * @throws SessionError CONFIG_INVALID
   */
  async open(): Promise<void> {
    if (this.#rehearsed) return;
    try {
      await within(BOOT_TIMEOUT_MS, rehearse(this, this.context.clock.now()));
      await this.#store.start();
      this.#rehearsed = true;
    } catch (error) {
      this.#connection.release();
      throw bootProblem(error, this.#options);
    }
  }

  /** Of what is cached, at once. */
  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.#store.load(id);
  }

  /** A creation that a client sent twice is one creation. */
  override create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    return this.#store.create(id, text, deadline);
  }

  override replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    return this.#store.replace(id, etag, text, deadline);
  }

  override touch(id: string, deadline: number): MaybePromise<void> {
    return this.#store.touch(id, deadline);
  }

  /** Leaves a tombstone that is this call's own, so that a client may send it twice. */
  override end(id: string, reason: EndReason): Promise<boolean> {
    return this.#store.end(id, reason);
  }

  /** Two round trips; three when there may be too many sessions, four when one has to make room. */
  admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    return this.#store.admit(write, admission);
  }

  sessionsOf(principal: string): MaybePromise<readonly OwnedRecord[]> {
    return this.#store.sessionsOf(principal);
  }

  endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    return this.#store.endSessionsOf(principal, reason, except);
  }

  /**
   * Takes every bucket of sessions out of its epoch, so nothing that was created in it is found or written again. One round trip
   * for 4096 small commands, however many sessions there are. When it rejects, part of them may have ended: call it again.
   * Sessions that are created while it runs live or end.
   */
  endEverything(): Promise<void> {
    return this.#store.endEverything();
  }

  /** `PUBLISH`: one more command, which nobody waits for. */
  async announce(announcement: Announcement): Promise<void> {
    const { channel } = this.#keys;
    await this.#exec(channel, ['PUBLISH', channel, announcementText(announcement)]);
  }

  /** `SUBSCRIBE`, on a connection of its own; also beside a client that was passed in. */
  async watch(watcher: StoreWatcher): Promise<() => void> {
    const port = (await this.#connection.port()).duplicate();
    const heard = (text: string): void => {
      const announcement = readAnnouncement(text);
      if (announcement) watcher.heard(announcement);
    };
    try {
      await port.open();
      await port.subscribe([this.#keys.channel], { heard, back: () => watcher.missed() });
    } catch (error) {
      port.close();
      throw error;
    }
    return () => port.close();
  }

  /** Waits for replicas where `durable` asks for it; without it there is nothing to wait for. */
  confirm(): Promise<void> {
    return this.#connection.confirm();
  }

  /** Writes one short-lived key, so a replica or a full server is not called well. Rejects after two seconds of silence. */
  async health(): Promise<void> {
    const { trial } = this.#keys;
    await within(HEALTH_TIMEOUT_MS, this.#exec(trial, ['SET', trial, '1', 'PX', '1000']));
  }

  /** Lets go of the connections that were made here; a client that was passed in stays open. Other processes are told, if this one caches. */
  async close(): Promise<void> {
    await within(GOODBYE_MS, this.#store.close()).catch(() => undefined);
    this.#connection.close();
  }

  async #exec(key: string, args: readonly string[]): Promise<RedisReply> {
    const port = await this.#connection.port();
    return port.exec(key, args);
  }
}
