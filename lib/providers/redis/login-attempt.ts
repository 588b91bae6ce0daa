import { type Admission, type AdmitOutcome, IN_FLIGHT_WINDOW_MS } from '../atomic-session-store.js';
import type { Footing, LoginRefusal, LoginWrite } from './login-write.js';
import type { Claim, Place, PrincipalIndex, Reservation } from './principal-index.js';
import { type PrincipalPlaces, withStanding } from './principal-places.js';
import { tidied } from './tidied.js';

/** A reservation, and the look at the session that is sent with it, are answered within this or made again. */
const LONGEST_START_MS = IN_FLIGHT_WINDOW_MS / 3;

/** One attempt to log a principal in. The rules that make it exact stand above {@link PrincipalSessions}. */
export class LoginAttempt {
  constructor(
    private readonly index: PrincipalIndex,
    private readonly places: PrincipalPlaces,
    private readonly login: LoginWrite,
    private readonly admission: Admission,
  ) {}

  /** `late`: it took longer than its place is held; nothing was written. */
  async run(claim: Claim): Promise<AdmitOutcome | 'late'> {
    const began = performance.now();
    const [reservation, footing] = await Promise.all([this.index.reserve(claim), this.login.ask()]);
    if (performance.now() - began > LONGEST_START_MS) return 'late';
    const outcome = isFooting(footing) ? await this.#proceed(reservation, footing) : footing;
    if (outcome !== 'late' && !isAdmitted(outcome)) await tidied(this.index.undo(reservation));
    return outcome;
  }

  async #proceed({ others }: Reservation, footing: Footing): Promise<AdmitOutcome | 'late'> {
    const room = footing.isOwn ? NO_CHANGE : await this.#makeRoom(others);
    if (room === 'full') return 'full';
    const { evicted, left } = room;
    const [outcome] = await Promise.all([this.login.commit(footing), tidied(this.index.release(left))]);
    return outcome === 'ok' ? { evicted: evicted.map(({ id }) => id) } : outcome;
  }

  /** Ends what is past its deadline, and as many of those that logged in longest ago as there are too many. */
  async #makeRoom(others: readonly Place[]): Promise<Room | 'full'> {
    const { limit = Infinity, whenFull } = this.admission;
    const judged = await this.places.judge(others, { reason: 'expired', ends: ['expired'] });
    const taken = withStanding(judged, 'live', 'pending');
    const dead = withStanding(judged, 'dead', 'expired');
    const surplus = taken.slice(0, Math.max(0, taken.length + 1 - limit));
    if (surplus.length > 0 && whenFull === 'reject') {
      await tidied(this.index.release(dead));
      return 'full';
    }
    const ousted = await this.places.judge(surplus, {
      reason: 'evicted',
      ends: ['live', 'expired', 'pending'],
    });
    return { evicted: withStanding(ousted, 'live'), left: [...dead, ...surplus] };
  }
}

interface Room {
  /** Who lived and had to go. */
  readonly evicted: readonly Place[];
  /** The places that nobody needs any more. */
  readonly left: readonly Place[];
}

const NO_CHANGE: Room = { evicted: [], left: [] };

const isFooting = (answer: Footing | LoginRefusal): answer is Footing =>
  typeof answer === 'object' && 'notAfter' in answer;

/** Whether the session of a login was written. */
export const isAdmitted = (outcome: AdmitOutcome): boolean =>
  typeof outcome === 'object' && 'evicted' in outcome;
