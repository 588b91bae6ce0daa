import { IN_FLIGHT_WINDOW_MS } from '../atomic-session-store.js';
import type { RedisPort, RedisReply } from './redis-port.js';
import { Script } from './script.js';

const RESERVE = new Script(new URL('./reserve.lua', import.meta.url));
const PLACES = new Script(new URL('./places.lua', import.meta.url));
const RELEASE = new Script(new URL('./release.lua', import.meta.url));

/** A place in the index of a principal: a session that lives, lived, or is about to. */
export interface Place {
  readonly id: string;
  /** As it stands in the index, to tell whether another login has taken it anew. */
  readonly text: string;
  /** Grows with each login of the principal. */
  readonly order: number;
  /** What the login had loaded; empty when it creates. */
  readonly etag: string;
  /** Whether the login may still be under way. */
  readonly isFresh: boolean;
}

/** What a login writes into the index. */
export interface Claim {
  readonly id: string;
  readonly etag: string;
  /** How long the place may be needed, in milliseconds. */
  readonly life: number;
  /** The most sessions that the principal may have; 0 for any number. */
  readonly limit: number;
}

export interface Reservation {
  readonly place: Place;
  /** The place that the id had before; empty when it had none. */
  readonly former: string;
  /** The other places, the oldest first, if there are more than the limit lets be. Each is older than this one. */
  readonly others: readonly Place[];
}

/**
 * The index of one principal: a key in a slot of its own, apart from the sessions.
 *
 * It is written before a session is, and a place is given back only when what is behind it can never live again. So it may hold too
 * much for a while, and never too little: whoever looks asks the sessions themselves.
 */
export class PrincipalIndex {
  constructor(
    private readonly port: RedisPort,
    private readonly key: string,
  ) {}

  async reserve({ id, etag, life, limit }: Claim): Promise<Reservation> {
    const args = [id, etag, String(Math.ceil(life)), String(limit)];
    const [text, former, now, others] = listOf(await RESERVE.run(this.port, [this.key], args));
    return {
      place: placeOf(id, String(text), Number(now)),
      former: String(former),
      others: placesOf(others, now),
    };
  }

  /** All places, the oldest first. */
  async places(): Promise<readonly Place[]> {
    const [now, places] = listOf(await PLACES.run(this.port, [this.key], []));
    return placesOf(places, now);
  }

  /** Gives places back that have not been taken anew since. */
  async release(places: readonly Place[]): Promise<void> {
    await this.#putBack(places.map(({ id, text }) => [id, text, '']));
  }

  /** Leaves the index as it was before a reservation. */
  async undo({ place, former }: Reservation): Promise<void> {
    await this.#putBack([[place.id, place.text, former]]);
  }

  async #putBack(changes: readonly (readonly string[])[]): Promise<void> {
    if (changes.length > 0) await RELEASE.run(this.port, [this.key], changes.flat());
  }
}

const listOf = (reply: RedisReply | undefined): readonly RedisReply[] =>
  Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];

function placesOf(reply: RedisReply | undefined, now: RedisReply | undefined): readonly Place[] {
  const flat = listOf(reply).map(String);
  const places = flat.flatMap((id, at) =>
    at % 2 === 0 ? [placeOf(id, flat[at + 1] ?? '', Number(now))] : [],
  );
  return places.sort((one, other) => one.order - other.order);
}

function placeOf(id: string, text: string, now: number): Place {
  const [order, reservedAt, , etag = ''] = text.split(' ');
  return {
    id,
    text,
    order: Number(order),
    etag,
    isFresh: now < Number(reservedAt) + IN_FLIGHT_WINDOW_MS,
  };
}
