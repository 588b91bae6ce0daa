import { decodeRecord } from '../../record/record-text.js';
import {
  type Admission,
  type AdmitOutcome,
  type AdmittedWrite,
  type EndReason,
  IN_FLIGHT_WINDOW_MS,
  type KnowsPrincipals,
  type OwnedRecord,
} from '../atomic-session-store.js';
import type { Clock } from '../clock.js';
import { type Keyspace, ownerOf } from './keyspace.js';
import { LoginAttempt } from './login-attempt.js';
import { LoginWrite } from './login-write.js';
import { type Claim, PrincipalIndex } from './principal-index.js';
import { PrincipalPlaces, type Sentence, withStanding } from './principal-places.js';
import type { RedisPort } from './redis-port.js';
import { tidied } from './tidied.js';

/** The clock of an app that is wrong by less keeps no session out of the index, as the absolute deadline is reckoned with it. */
const CLOCK_SLACK_MS = 24 * 60 * 60_000;
const MAX_ATTEMPTS = 3;
/** How often the end of all sessions looks for logins that came while it ran. */
const MAX_PASSES = 4;
const LOOK: Sentence = { reason: 'expired', ends: [] };

/**
 * Whose sessions there are.
 *
 * An index and the sessions in it have slots of their own, so no step is atomic over both. Four rules make up for it:
 *
 * 1. A login takes its place in the index first and writes its session then. Places have an order, and a login writes only when, of
 *    all places before its own, fewer than the limit are of sessions that live or may still be written. So no more than the
 *    limit ever live, however many log in at once (law P2).
 * 2. Who has to make room is dead before the login is written.
 * 3. A place is given back only when what is behind it can never live again.
 * 4. A write that comes later than its place is held is refused, by the server (admit.lua).
 */
export class PrincipalSessions implements KnowsPrincipals {
  /** @param connect the way to Redis, when it is there. */
  constructor(
    private readonly connect: () => Promise<RedisPort>,
    private readonly keys: Keyspace,
    private readonly clock: Clock,
  ) {}

  /** Two round trips; three when there are more places than the limit lets be, four when somebody has to make room. */
  async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const port = await this.connect();
    const { owner, index, places } = this.#sideOf(admission.principal, port);
    const login = new LoginWrite(port, this.keys.recordOf(write.id), owner, write, this.clock);
    const attempt = new LoginAttempt(index, places, login, admission);
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const outcome = await attempt.run(this.#claim(write, admission));
      if (outcome !== 'late') return outcome;
    }
    throw new Error('Each attempt to log in took longer than a place in the index is held.');
  }

  /**
   * Three round trips. What is answered lived at one and the same instant: each session was seen alive before it and after it.
   * The order is the one in which the server admitted them.
   */
  async sessionsOf(principal: string): Promise<readonly OwnedRecord[]> {
    const { index, places } = this.#sideOf(principal, await this.connect());
    const judged = await places.judge(await index.places(), LOOK);
    const live = withStanding(judged, 'live');
    const [records] = await Promise.all([
      Promise.all(live.map(({ id }) => places.load(id, this.clock.now()))),
      tidied(index.release(withStanding(judged, 'dead'))),
    ]);
    return records.filter((record) => record !== undefined);
  }

  /**
   * Three round trips, and two more when somebody logged in while it ran. A login that is under way is refused, whether its record
   * is there already or not.
   */
  async endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    const { index, places } = this.#sideOf(principal, await this.connect());
    const ended: string[] = [];
    let found = await index.places();
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const doomed = found.filter(({ id }) => id !== except);
      if (doomed.length === 0) break;
      const judged = await places.judge(doomed, { reason, ends: ['live', 'expired', 'pending'] });
      ended.push(...withStanding(judged, 'live', 'expired').map(({ id }) => id));
      [, found] = await Promise.all([tidied(index.release(doomed)), index.places()]);
    }
    return ended;
  }

  #claim({ id, etag = '', text, deadline }: AdmittedWrite, { limit = 0 }: Admission): Claim {
    const lastsUntil = Math.max(deadline, decodeRecord(text)?.meta.absoluteAt ?? 0);
    const life = lastsUntil - this.clock.now() + IN_FLIGHT_WINDOW_MS + CLOCK_SLACK_MS;
    return { id, etag, life, limit };
  }

  #sideOf(principal: string, port: RedisPort): PrincipalSide {
    const owner = ownerOf(principal);
    return {
      owner,
      index: new PrincipalIndex(port, this.keys.indexOf(owner)),
      places: new PrincipalPlaces(port, this.keys, owner),
    };
  }
}

interface PrincipalSide {
  readonly owner: string;
  readonly index: PrincipalIndex;
  readonly places: PrincipalPlaces;
}
