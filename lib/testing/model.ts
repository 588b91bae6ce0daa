import { type Admission, IN_FLIGHT_WINDOW_MS } from '../providers/atomic-session-store.js';
import type { Clock } from '../providers/clock.js';
import type { SessionPolicy } from '../session/policy.js';

/** Values by key, each as JSON. */
export type ModelValues = ReadonlyMap<string, string>;

/** How an operation ends: done, or with the code of its error. */
export type ModelOutcome = 'done' | 'SESSION_GONE' | 'NOT_A_NUMBER' | 'SESSION_LIMIT' | 'BAD_PRINCIPAL';

/** What is known of a session, at one instant. Tokens are numbers, in the order in which they were issued. */
export interface ModelState {
  readonly values: ModelValues;
  readonly epoch: number;
  readonly version: number;
  readonly token: number;
  /** The token that came before it in this epoch. */
  readonly previous: number | undefined;
  readonly graceUntil: number;
  /** Whether the token came back from the client. */
  readonly confirmed: boolean;
  readonly retired: readonly number[];
  readonly issuedAt: number;
  readonly seenAt: number;
  readonly absoluteAt: number;
  /** Since when the absolute timeout counts. */
  readonly beganAt: number;
  readonly idleTimeout: number;
  readonly principal: string | undefined;
}

/** A session as the laws say it must be, without a record, an etag or a retry. */
export interface ModelSession {
  state: ModelState;
  deadline: number;
  dead: boolean;
  /** Whose it is in the index, and since when. */
  owner: string | undefined;
  ownedAt: number;
}

/** What a token is to its session, see `standingOf`. */
export type ModelStanding = 'current' | 'previous' | 'stranded' | 'retired' | 'unknown';

/** A change of values by a transaction; answers `undefined` where the real one would refuse the value as no number. */
export type ModelChange = (values: Map<string, string>) => Map<string, string> | undefined;

/**
 * The reference that programs are compared with: a store of sessions in which everything happens at once.
 *
 * It says what must hold, in the words of LAWS: what is dead stays dead, commits lay changed keys over what is there, an older epoch
 * is refused, one of two rotations wins, deadlines are to the millisecond, a principal has no more sessions than its limit.
 */
export class SessionModel {
  readonly sessions: ModelSession[] = [];
  /** Whose token each is, by its number. */
  readonly tokens: ModelSession[] = [];

  constructor(
    readonly policy: SessionPolicy,
    readonly clock: Clock,
  ) {}

  /** What a token is to its session now. One that is retired is a sign of theft, and whoever presents it ends the session (law R3). */
  standing(token: number): ModelStanding {
    const session = this.tokens[token];
    if (!session || !this.isLive(session)) return 'unknown';
    const { token: current, previous, graceUntil, confirmed, retired } = session.state;
    if (token === current) return 'current';
    if (token !== previous) return retired.includes(token) ? 'retired' : 'unknown';
    if (this.clock.now() < graceUntil) return 'previous';
    return confirmed ? 'retired' : 'stranded';
  }

  isLive({ dead, deadline, state }: ModelSession): boolean {
    return !dead && this.clock.now() < Math.min(deadline, state.absoluteAt);
  }

  /** Whether the store would still take a commit. */
  isHeld({ dead, deadline }: ModelSession): boolean {
    return !dead && this.clock.now() < deadline + IN_FLIGHT_WINDOW_MS;
  }

  create(values: ModelValues, change: (state: ModelState) => ModelState): ModelSession {
    const now = this.clock.now();
    const { idleTimeout, absoluteTimeout } = this.policy;
    const state = change({
      values,
      epoch: 0,
      version: 0,
      token: this.tokens.length,
      previous: undefined,
      graceUntil: 0,
      confirmed: true,
      retired: [],
      issuedAt: now,
      seenAt: now,
      absoluteAt: now + absoluteTimeout,
      beganAt: now,
      idleTimeout,
      principal: undefined,
    });
    const deadline = Math.min(now + state.idleTimeout, state.absoluteAt);
    const session = { state, deadline, dead: false, owner: undefined, ownedAt: 0 };
    this.sessions.push(session);
    this.tokens.push(session);
    return session;
  }

  /** Writes what a commit has made of a session that was seen until `seenUntil`, and notes the token if it is a new one. */
  write(session: ModelSession, state: ModelState, seenUntil: number): void {
    const from = Math.max(this.clock.now(), seenUntil);
    session.state = state;
    session.deadline = Math.min(from + state.idleTimeout, state.absoluteAt);
    if (state.token === this.tokens.length) this.tokens.push(session);
  }

  /** The sessions of a principal that are not ended yet, those that logged in longest ago first. */
  ownedBy(principal: string): readonly ModelSession[] {
    return this.sessions
      .filter((session) => session.owner === principal && this.isHeld(session))
      .sort((one, other) => one.ownedAt - other.ownedAt);
  }

  /** The same without those that are past their deadline (law P1). */
  liveOf(principal: string): readonly ModelSession[] {
    return this.ownedBy(principal).filter(({ deadline }) => this.clock.now() < deadline);
  }

  /** Whether a login is one too many and is refused. */
  isFull({ principal, limit = Infinity, whenFull }: Admission, session: ModelSession | undefined): boolean {
    const others = this.liveOf(principal).filter((other) => other !== session);
    return whenFull === 'reject' && others.length + 1 > limit;
  }

  /** Makes a session the principal's, and ends those that make room for it (law P2). */
  admit({ principal, limit = Infinity }: Admission, session: ModelSession): void {
    const others = this.liveOf(principal).filter((other) => other !== session);
    for (const other of others.slice(0, Math.max(0, others.length + 1 - limit))) other.dead = true;
    session.owner = principal;
    session.ownedAt = this.clock.now();
  }
}
