import { etagOf } from '../../record/record-text.js';
import { type AdmittedWrite, IN_FLIGHT_WINDOW_MS, type StoredRecord } from '../atomic-session-store.js';
import type { Clock } from '../clock.js';
import type { RecordKeys } from './keyspace.js';
import type { RedisPort, RedisReply } from './redis-port.js';
import { Script } from './script.js';
import { keyLife, newEpoch, storedRecord } from './stored-value.js';

const ADMIT = new Script(new URL('./admit.lua', import.meta.url));
const WRITE_WITHIN_MS = IN_FLIGHT_WINDOW_MS / 2;

/** What a session says to a login that asks first. */
export interface Footing {
  /** Until when the write may come, in milliseconds of the clock of the server that the session is on. */
  readonly notAfter: number;
  /** Whether the session is the principal's already. */
  readonly isOwn: boolean;
}

/** Why the session of a login cannot be written. */
export interface Refusal {
  readonly answer: 'exists' | 'gone' | StoredRecord;
  /** What stands in the place of the session; empty unless it was ended. */
  readonly tombstone: string;
}

/** The write of one login to its session. */
export class LoginWrite {
  constructor(
    private readonly port: RedisPort,
    private readonly keys: RecordKeys,
    private readonly owner: string,
    private readonly write: AdmittedWrite,
    private readonly clock: Clock,
  ) {}

  /** Asks whether it would succeed, and writes nothing. */
  async ask(): Promise<Footing | Refusal> {
    const { etag = '', text } = this.write;
    const now = this.clock.now();
    const reply = await this.#run([etag, etagOf(text), this.owner, '']);
    const [word, servers, isOwn] = wordsOf(reply);
    return word === 'yes'
      ? { notAfter: Number(servers) + WRITE_WITHIN_MS, isOwn: Number(isOwn) === 1 }
      : refusalIn(reply, now);
  }

  /** Writes it, unless it is too late or something has come between. */
  async commit({ notAfter }: Footing): Promise<'ok' | 'late' | Refusal> {
    const { etag = '', text, deadline } = this.write;
    const now = this.clock.now();
    const args = [etag, text, this.owner, String(notAfter), keyLife(deadline, now), newEpoch()];
    const reply = await this.#run(args);
    return reply === 'ok' || reply === 'late' ? reply : refusalIn(reply, now);
  }

  #run(args: readonly string[]): Promise<RedisReply> {
    return ADMIT.run(this.port, this.keys, args);
  }
}

function refusalIn(reply: RedisReply, now: number): Refusal {
  const [word, value = null, ttl = null] = wordsOf(reply);
  if (word === 'changed') return { answer: storedRecord(value, ttl, now) ?? 'gone', tombstone: '' };
  return { answer: word === 'exists' ? 'exists' : 'gone', tombstone: String(value ?? '') };
}

const wordsOf = (reply: RedisReply): readonly RedisReply[] =>
  Array.isArray(reply) ? (reply as readonly RedisReply[]) : [reply];
