import { AtomicSessionProvider } from '../atomic-session-provider.js';
import {
  type Admission,
  type AdmitOutcome,
  type AdmittedWrite,
  type Announcement,
  type Closes,
  type Confirms,
  type CreateOutcome,
  type EndReason,
  type EndsEverything,
  IN_FLIGHT_WINDOW_MS,
  type KnowsPrincipals,
  type Opens,
  type OwnedRecord,
  type ReplaceOutcome,
  type ReportsHealth,
  type StoredRecord,
  type StoreWatcher,
  type Watches,
} from '../atomic-session-store.js';
import { announcementText, readAnnouncement } from '../announcement-text.js';
import type { ProviderContext, SessionValueRecord } from '../session-provider.js';
import { bootProblem } from './boot-problem.js';
import { Keyspace } from './keyspace.js';
import { isAdmitted } from './login-attempt.js';
import type { RedisUsage } from './metered-port.js';
import { PrincipalSessions } from './principal-sessions.js';
import { RedisConnection } from './redis-connection.js';
import { within } from './redis-failure.js';
import { parseRedisOptions, type RedisOptions } from './redis-options.js';
import type { RedisPort, RedisReply } from './redis-port.js';
import { rehearse } from './rehearsal.js';
import { Script } from './script.js';
import { readTogether } from './split-slot.js';
import { isOfEpoch, keyLife, newEpoch, newTombstone, storedRecord } from './stored-value.js';

const BOOT_TIMEOUT_MS = 5000;
const HEALTH_TIMEOUT_MS = 2000;

const CREATE = new Script(new URL('./create.lua', import.meta.url));
const REPLACE = new Script(new URL('./replace.lua', import.meta.url));
const END = new Script(new URL('./end.lua', import.meta.url));

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
  readonly #principals: PrincipalSessions;
  #rehearsed = false;

  /**
   * Connects to nothing yet: {@link open} does, or the first operation.
   *
   * @param config see {@link RedisOptions}.
   * @throws SessionError CONFIG_INVALID
   */
  constructor(config: SessionValueRecord = {}, context: Partial<ProviderContext> = {}) {
    super(context);
    this.#options = parseRedisOptions(config);
    this.#connection = new RedisConnection(this.#options, this.context.directory);
    this.#keys = new Keyspace(this.#options.prefix);
    const connect = (): Promise<RedisPort> => this.#connection.port();
    this.#principals = new PrincipalSessions(connect, this.#keys, this.context.clock);
  }

  /** For metrics. */
  get usage(): RedisUsage {
    return this.#connection.usage;
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
      this.#rehearsed = true;
    } catch (error) {
      this.#connection.release();
      throw bootProblem(error, this.#options);
    }
  }

  override async load(id: string): Promise<StoredRecord | undefined> {
    const port = await this.#connection.port();
    const now = this.context.clock.now();
    const [epoch, value, ttl] = await readTogether(port, this.#keys.recordOf(id));
    return isOfEpoch(value, epoch) ? storedRecord(value, ttl, now) : undefined;
  }

  /** A creation that a client sent twice is one creation. */
  override async create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    const created = await this.#run(CREATE, id, [text, this.#lifeUntil(deadline), newEpoch()]);
    return Number(created) === 1 ? 'ok' : 'exists';
  }

  override async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const now = this.context.clock.now();
    const reply = await this.#run(REPLACE, id, [etag, text, this.#lifeUntil(deadline)]);
    if (!isList(reply)) return Number(reply) === 1 ? 'ok' : 'gone';
    const [current = null, ttl = null] = reply;
    return storedRecord(current, ttl, now) ?? 'gone';
  }

  override async touch(id: string, deadline: number): Promise<void> {
    const [record] = this.#keys.recordOf(id);
    await this.#exec(record, ['PEXPIRE', record, this.#lifeUntil(deadline), 'GT']);
  }

  /** Leaves a tombstone that is this call's own, so that a client may send it twice. */
  override async end(id: string, reason: EndReason): Promise<boolean> {
    const ended = await this.#run(END, id, [newTombstone(reason), String(IN_FLIGHT_WINDOW_MS)]);
    await this.confirm();
    return Number(ended) === 1;
  }

  /** Two round trips; three when there may be too many sessions, four when one has to make room. */
  async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const outcome = await this.#principals.admit(write, admission);
    if (isAdmitted(outcome)) await this.confirm();
    return outcome;
  }

  sessionsOf(principal: string): Promise<readonly OwnedRecord[]> {
    return this.#principals.sessionsOf(principal);
  }

  async endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    const ended = await this.#principals.endSessionsOf(principal, reason, except);
    await this.confirm();
    return ended;
  }

  /**
   * Takes every bucket of sessions out of its epoch, so nothing that was created in it is found or written again. One round trip
   * for 4096 small commands, however many sessions there are. When it rejects, part of them may have ended: call it again.
   * Sessions that are created while it runs live or end.
   */
  async endEverything(): Promise<void> {
    const port = await this.#connection.port();
    await Promise.all(this.#keys.epochs.map((epoch) => port.exec(epoch, ['DEL', epoch])));
    await this.confirm();
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
      await port.subscribe(this.#keys.channel, heard, () => watcher.missed());
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

  /** Lets go of the connections that were made here; a client that was passed in stays open. */
  close(): void {
    this.#connection.close();
  }

  async #run(script: Script, id: string, args: readonly string[]): Promise<RedisReply> {
    return script.run(await this.#connection.port(), this.#keys.recordOf(id), args);
  }

  async #exec(key: string, args: readonly string[]): Promise<RedisReply> {
    const port = await this.#connection.port();
    return port.exec(key, args);
  }

  #lifeUntil(deadline: number): string {
    return keyLife(deadline, this.context.clock.now());
  }
}

const isList = (reply: RedisReply): reply is readonly RedisReply[] => Array.isArray(reply);
