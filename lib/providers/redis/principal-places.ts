import { type EndReason, IN_FLIGHT_WINDOW_MS, type OwnedRecord } from '../atomic-session-store.js';
import type { Keyspace } from './keyspace.js';
import type { Place } from './principal-index.js';
import type { RedisPort } from './redis-port.js';
import { Script } from './script.js';
import { readTogether } from './split-slot.js';
import { isOfEpoch, newTombstone, ownerIn, storedRecord } from './stored-value.js';

const STANDING = new Script(new URL('./standing.lua', import.meta.url));

/**
 * How the session behind a place stands: `live`; `expired`, which a late commit may still revive; `pending`, not yet the principal's,
 * but its login may still write it; `dead`, which can never be the principal's again.
 */
export type Standing = 'live' | 'expired' | 'pending' | 'dead';

export interface Judged {
  readonly place: Place;
  readonly standing: Standing;
}

/** What is ended by looking at it. */
export interface Sentence {
  readonly reason: EndReason;
  readonly ends: readonly Standing[];
}

/** The sessions behind the places of one principal, each in a slot of its own, all asked at once. */
export class PrincipalPlaces {
  constructor(
    private readonly port: RedisPort,
    private readonly keys: Keyspace,
    private readonly owner: string,
  ) {}

  /** How each stands, or stood before the sentence. No place costs no round trip, any number costs one. */
  judge(places: readonly Place[], sentence: Sentence): Promise<readonly Judged[]> {
    const ends = sentence.ends.join();
    return Promise.all(
      places.map(async (place) => {
        const { id, etag, isFresh, text } = place;
        const args = [etag, isFresh ? '1' : '0', String(IN_FLIGHT_WINDOW_MS), ends];
        const keys = this.keys.recordOf(id);
        const tombstone = newTombstone(sentence.reason);
        const standing = await STANDING.run(this.port, keys, [this.owner, ...args, tombstone, text]);
        return { place, standing: String(standing) as Standing };
      }),
    );
  }

  /** The session, if it is live and still the principal's. */
  async load(id: string, now: number): Promise<OwnedRecord | undefined> {
    const [epoch, value, ttl] = await readTogether(this.port, this.keys.recordOf(id));
    if (!isOfEpoch(value, epoch) || ownerIn(value) !== this.owner) return undefined;
    const stored = storedRecord(value, ttl, now);
    return stored && stored.deadline > now ? { id, ...stored } : undefined;
  }
}

/** The places whose sessions stand so, in their order. */
export const withStanding = (judged: readonly Judged[], ...wanted: readonly Standing[]): readonly Place[] =>
  judged.filter(({ standing }) => wanted.includes(standing)).map(({ place }) => place);
