import { newSessionId } from '../../credentials/token.js';
import { etagOf, newEtag } from '../../record/record-text.js';
import { AtomicSessionProvider } from '../atomic-session-provider.js';
import {
  type Closes,
  type Confirms,
  type CreateOutcome,
  type EndReason,
  IN_FLIGHT_WINDOW_MS,
  type Opens,
  type ReplaceOutcome,
  type ReportsHealth,
  type StoredRecord,
} from '../atomic-session-store.js';
import type { ProviderContext, SessionValueRecord } from '../session-provider.js';
import { bootProblem } from './boot-problem.js';
import type { RedisUsage } from './metered-port.js';
import { RedisConnection } from './redis-connection.js';
import { within } from './redis-failure.js';
import { parseRedisOptions, type RedisOptions } from './redis-options.js';
import type { RedisReply } from './redis-port.js';
import { Script } from './script.js';

const BOOT_TIMEOUT_MS = 5000;
const HEALTH_TIMEOUT_MS = 2000;

const REPLACE = new Script(new URL('./replace.lua', import.meta.url));
const END = new Script(new URL('./end.lua', import.meta.url));

/** Begins no etag, so it tells a tombstone from a record. */
const TOMBSTONE_MARK = '!';

/**
 * Sessions in Redis (from 7.0) or Valkey: one server, behind sentinels, or a cluster; for any number of processes.
 *
 * A load, a commit, a creation, a touch and an end cost one round trip each. Time is only ever sent as a distance from now, so the
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
  implements Opens, Confirms, ReportsHealth, Closes
{
  readonly #options: RedisOptions;
  readonly #connection: RedisConnection;
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
   * Connects and plays one session through, from its creation to its end: a server that is too old, or a user who may not do what is
   * needed, is found out here and not by the first visitor.
   *
   * @throws SessionError CONFIG_INVALID
   */
  async open(): Promise<void> {
    if (this.#rehearsed) return;
    try {
      await within(BOOT_TIMEOUT_MS, this.#rehearse());
      this.#rehearsed = true;
    } catch (error) {
      this.#connection.release();
      throw bootProblem(error, this.#options);
    }
  }

  override async load(id: string): Promise<StoredRecord | undefined> {
    const port = await this.#connection.port();
    const key = this.#keyOf(id);
    const now = this.context.clock.now();
    const [text, ttl] = await Promise.all([port.exec(key, ['GET', key]), port.exec(key, ['PTTL', key])]);
    const stored = asStored(text, ttl, now);
    return stored && now < stored.deadline ? stored : undefined;
  }

  /** A creation that a client sent twice is one creation. */
  override async create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    const life = this.#lifeUntil(deadline);
    const found = await this.#exec(id, (key) => ['SET', key, text, 'NX', 'GET', 'PX', life]);
    return found === null || etagOf(String(found)) === etagOf(text) ? 'ok' : 'exists';
  }

  override async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const port = await this.#connection.port();
    const now = this.context.clock.now();
    const reply = await REPLACE.run(port, this.#keyOf(id), [etag, text, this.#lifeUntil(deadline)]);
    if (!isList(reply)) return 'ok';
    const [current = null, ttl = null] = reply;
    return asStored(current, ttl, now) ?? 'gone';
  }

  override async touch(id: string, deadline: number): Promise<void> {
    await this.#exec(id, (key) => ['PEXPIRE', key, this.#lifeUntil(deadline), 'GT']);
  }

  /** Leaves a tombstone that is this call's own, so that a client may send it twice. */
  override async end(id: string, reason: EndReason): Promise<boolean> {
    const port = await this.#connection.port();
    const tombstone = `${TOMBSTONE_MARK}${reason}:${newEtag()}`;
    const ended = await END.run(port, this.#keyOf(id), [tombstone, String(IN_FLIGHT_WINDOW_MS)]);
    await this.confirm();
    return Number(ended) === 1;
  }

  /** Waits for replicas where `durable` asks for it; without it there is nothing to wait for. */
  confirm(): Promise<void> {
    return this.#connection.confirm();
  }

  /** Writes one short-lived key, so a replica or a full server is not called well. Rejects after two seconds of silence. */
  async health(): Promise<void> {
    await within(
      HEALTH_TIMEOUT_MS,
      this.#exec('health', (key) => ['SET', key, '1', 'PX', '1000']),
    );
  }

  /** Lets go of the connections that were made here; a client that was passed in stays open. */
  close(): void {
    this.#connection.close();
  }

  async #rehearse(): Promise<void> {
    const [id, first, second] = [newSessionId(), newEtag(), newEtag()];
    const deadline = this.context.clock.now() + IN_FLIGHT_WINDOW_MS;
    await this.create(id, first, deadline);
    await this.replace(id, first, second, deadline);
    await this.touch(id, deadline);
    const found = await this.load(id);
    await this.end(id, 'invalidated');
    if (found?.text !== second) throw new Error('It does not give back what was written last.');
  }

  async #exec(id: string, command: (key: string) => readonly string[]): Promise<RedisReply> {
    const port = await this.#connection.port();
    const key = this.#keyOf(id);
    return port.exec(key, command(key));
  }

  /** Each session has a slot of a cluster to itself. */
  #keyOf(id: string): string {
    return `${this.#options.prefix}${id}`;
  }

  /** How long the key of a record lives from now: its deadline, and then as long as a request may be in flight. */
  #lifeUntil(deadline: number): string {
    return String(Math.max(1, Math.ceil(deadline - this.context.clock.now() + IN_FLIGHT_WINDOW_MS)));
  }
}

const isList = (reply: RedisReply): reply is readonly RedisReply[] => Array.isArray(reply);

/**
 * A record from what GET and PTTL answered; `undefined` for nothing, for a tombstone, and for a key that never expires, as that is
 * none of ours.
 *
 * @param now when the two were sent: by then the session had at least as long to live, so it is never believed to live longer.
 */
function asStored(text: RedisReply, ttl: RedisReply, now: number): StoredRecord | undefined {
  const found = text === null ? TOMBSTONE_MARK : String(text);
  if (found.startsWith(TOMBSTONE_MARK) || Number(ttl) < 0) return undefined;
  return { text: found, deadline: now + Number(ttl) - IN_FLIGHT_WINDOW_MS };
}
