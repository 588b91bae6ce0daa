import { type Admission, type AdmitOutcome, IN_FLIGHT_WINDOW_MS } from '../atomic-session-store.js';
import type { Footing, LoginWrite, Refusal } from './login-write.js';
import type { Claim, Place, PrincipalIndex, Reservation } from './principal-index.js';
import { type PrincipalPlaces, type Standing, withStanding } from './principal-places.js';
import { isEvictionOf } from './stored-value.js';
import { tidied } from './tidied.js';

/** A reservation, and the look at the session that is sent with it, are answered within this or made again. */
const LONGEST_START_MS = IN_FLIGHT_WINDOW_MS / 3;

/** A login of a principal. The rules that make it exact stand above {@link PrincipalSessions}. */
export class LoginAttempt {
  /** Whom it has ended to make room, in earlier attempts as well. */
  readonly #evicted: string[] = [];

  constructor(
    private readonly index: PrincipalIndex,
    private readonly places: PrincipalPlaces,
    private readonly login: LoginWrite,
    private readonly admission: Admission,
  ) {}

  /** `late`: it took longer than its place is held; nothing was written, and it may be tried again. */
  async run(claim: Claim): Promise<AdmitOutcome | 'late'> {
    const began = performance.now();
    const [reservation, footing] = await Promise.all([this.index.reserve(claim), this.login.ask()]);
    if (performance.now() - began > LONGEST_START_MS) return 'late';
    const outcome = isRefusal(footing) ? footing : await this.#proceed(reservation, footing);
    if (outcome === 'ok' || wasEvicted(reservation, outcome)) return { evicted: this.#evicted };
    if (outcome === 'late') return 'late';
    await tidied(this.index.undo(reservation));
    return outcome === 'full' ? 'full' : outcome.answer;
  }

  async #proceed({ others }: Reservation, footing: Footing): Promise<'ok' | 'late' | 'full' | Refusal> {
    const left = footing.isOwn ? [] : await this.#makeRoom(others);
    if (left === 'full') return 'full';
    const [outcome] = await Promise.all([this.login.commit(footing), tidied(this.index.release(left))]);
    return outcome;
  }

  /**
   * Ends what is past its deadline, and as many of those that logged in longest ago as there are too many. Answers the places that
   * nobody needs any more.
   */
  async #makeRoom(others: readonly Place[]): Promise<readonly Place[] | 'full'> {
    const { limit = Infinity, whenFull } = this.admission;
    const judged = await this.places.judge(others, { reason: 'expired', ends: ['expired'] });
    const taken = withStanding(judged, 'live', 'pending');
    const dead = withStanding(judged, 'dead', 'expired');
    const surplus = taken.slice(0, Math.max(0, taken.length + 1 - limit));
    if (surplus.length > 0 && whenFull === 'reject') {
      await tidied(this.index.release(dead));
      return 'full';
    }
    const ousted = await this.places.judge(surplus, { reason: 'evicted', ends: OUSTED });
    this.#evicted.push(...withStanding(ousted, 'live', 'pending').map(({ id }) => id));
    return [...dead, ...surplus];
  }
}

const OUSTED: readonly Standing[] = ['live', 'expired', 'pending'];

const isRefusal = (answer: Footing | Refusal): answer is Refusal => 'answer' in answer;

const wasEvicted = ({ place }: Reservation, outcome: string | Refusal): boolean =>
  typeof outcome === 'object' && isEvictionOf(place.text, outcome.tombstone);

/** Whether the session of a login was written. */
export const isAdmitted = (outcome: AdmitOutcome): boolean =>
  typeof outcome === 'object' && 'evicted' in outcome;
