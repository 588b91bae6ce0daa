import {
  type Admission,
  type AdmitOutcome,
  type AdmittedWrite,
  type CreateOutcome,
  type EndReason,
  IN_FLIGHT_WINDOW_MS,
  type OwnedRecord,
  type ReplaceOutcome,
  type StoredRecord,
} from '../atomic-session-store.js';
import type { Clock } from '../clock.js';
import type { CacheableStore } from '../near-cache/near-cache.js';
import type { Keyspace } from './keyspace.js';
import { isAdmitted } from './login-attempt.js';
import { PrincipalSessions } from './principal-sessions.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisReply } from './redis-port.js';
import { Script } from './script.js';
import { readTogether } from './split-slot.js';
import { isOfEpoch, keyLife, newEpoch, newTombstone, storedRecord } from './stored-value.js';

const CREATE = new Script(new URL('./create.lua', import.meta.url));
const REPLACE = new Script(new URL('./replace.lua', import.meta.url));
const END = new Script(new URL('./end.lua', import.meta.url));

/** The records as they are in Redis: each operation asks the server. */
export class RedisRecords implements CacheableStore {
  readonly #principals: PrincipalSessions;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: Keyspace,
    private readonly clock: Clock,
  ) {
    this.#principals = new PrincipalSessions(() => connection.port(), keys, clock);
  }

  async load(id: string): Promise<StoredRecord | undefined> {
    const port = await this.connection.port();
    const now = this.clock.now();
    const [epoch, value, ttl] = await readTogether(port, this.keys.recordOf(id));
    return isOfEpoch(value, epoch) ? storedRecord(value, ttl, now) : undefined;
  }

  /** A creation that a client sent twice is one creation. */
  async create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    const created = await this.#run(CREATE, id, [text, this.#lifeUntil(deadline), newEpoch()]);
    return Number(created) === 1 ? 'ok' : 'exists';
  }

  async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const now = this.clock.now();
    const reply = await this.#run(REPLACE, id, [etag, text, this.#lifeUntil(deadline)]);
    if (!isList(reply)) return Number(reply) === 1 ? 'ok' : 'gone';
    const [current = null, ttl = null] = reply;
    return storedRecord(current, ttl, now) ?? 'gone';
  }

  async touch(id: string, deadline: number): Promise<void> {
    const [record] = this.keys.recordOf(id);
    await this.#exec(record, ['PEXPIRE', record, this.#lifeUntil(deadline), 'GT']);
  }

  /** Leaves a tombstone that is this call's own, so that a client may send it twice. */
  async end(id: string, reason: EndReason): Promise<boolean> {
    const ended = await this.#run(END, id, [newTombstone(reason), String(IN_FLIGHT_WINDOW_MS)]);
    await this.connection.confirm();
    return Number(ended) === 1;
  }

  /** Two round trips; three when there may be too many sessions, four when one has to make room. */
  async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const outcome = await this.#principals.admit(write, admission);
    if (isAdmitted(outcome)) await this.connection.confirm();
    return outcome;
  }

  sessionsOf(principal: string): Promise<readonly OwnedRecord[]> {
    return this.#principals.sessionsOf(principal);
  }

  async endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    const ended = await this.#principals.endSessionsOf(principal, reason, except);
    await this.connection.confirm();
    return ended;
  }

  /**
   * Takes every bucket of sessions out of its epoch, so nothing that was created in it is found or written again. One round trip
   * for 4096 small commands, however many sessions there are. When it rejects, part of them may have ended: call it again.
   * Sessions that are created while it runs live or end.
   */
  async endEverything(): Promise<void> {
    const port = await this.connection.port();
    await Promise.all(this.keys.epochs.map((epoch) => port.exec(epoch, ['DEL', epoch])));
    await this.connection.confirm();
  }

  async #run(script: Script, id: string, args: readonly string[]): Promise<RedisReply> {
    return script.run(await this.connection.port(), this.keys.recordOf(id), args);
  }

  async #exec(key: string, args: readonly string[]): Promise<RedisReply> {
    const port = await this.connection.port();
    return port.exec(key, args);
  }

  #lifeUntil(deadline: number): string {
    return keyLife(deadline, this.clock.now());
  }
}

const isList = (reply: RedisReply): reply is readonly RedisReply[] => Array.isArray(reply);
