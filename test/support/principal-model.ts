import {
  type AdmittedWrite,
  type Admission,
  IN_FLIGHT_WINDOW_MS,
} from '../../lib/providers/atomic-session-store.js';
import type { Clock } from '../../lib/providers/clock.js';

/** A session as the contract says it must be. */
export interface ModelSession {
  readonly id: string;
  text: string;
  deadline: number;
  /** Whose it is, as `admit` said last; `null` when nobody was admitted. */
  principal: string | null;
  /** When its principal logged in; 0 before that. */
  loggedInAt: number;
  ended: boolean;
}

/** What an admission comes to when its write is not refused. */
export interface ModelAdmission {
  readonly full: boolean;
  /** The live sessions that make room, the oldest login first. */
  readonly evicted: readonly ModelSession[];
  /** Those past their deadline, which a limit ends on the way. */
  readonly expired: readonly ModelSession[];
}

/** The principals of a store in which everything happens at once: a list, and the definitions. */
export class PrincipalModel {
  readonly sessions: ModelSession[] = [];

  constructor(private readonly clock: Clock) {}

  /** Whether somebody may still write to it. */
  isHeld({ ended, deadline }: ModelSession): boolean {
    return !ended && this.clock.now() < deadline + IN_FLIGHT_WINDOW_MS;
  }

  isLive({ ended, deadline }: ModelSession): boolean {
    return !ended && this.clock.now() < deadline;
  }

  /** The live sessions of a principal, the oldest login first. */
  sessionsOf(principal: string): readonly ModelSession[] {
    return this.heldBy(principal).filter((session) => this.isLive(session));
  }

  /** The same with those that a late commit may still revive. */
  heldBy(principal: string): readonly ModelSession[] {
    return this.sessions
      .filter((session) => session.principal === principal && this.isHeld(session))
      .sort((one, other) => one.loggedInAt - other.loggedInAt);
  }

  admission(id: string, { principal, limit = Infinity, whenFull }: Admission): ModelAdmission {
    const others = this.heldBy(principal).filter((session) => session.id !== id);
    const live = others.filter((session) => this.isLive(session));
    const surplus = Math.max(0, live.length + 1 - limit);
    return {
      full: whenFull === 'reject' && surplus > 0,
      evicted: live.slice(0, surplus),
      expired: limit === Infinity ? [] : others.filter((session) => !this.isLive(session)),
    };
  }

  /** Writes a session, new or known, and ends those that make room for it. */
  admit({ id, text, deadline }: AdmittedWrite, admission: Admission): void {
    const { evicted, expired } = this.admission(id, admission);
    for (const session of [...evicted, ...expired]) session.ended = true;
    const known = this.sessions.find((session) => session.id === id) ?? this.create(id, text, deadline);
    Object.assign(known, { text, deadline, principal: admission.principal, loggedInAt: this.clock.now() });
  }

  create(id: string, text: string, deadline: number): ModelSession {
    const session = { id, text, deadline, principal: null, loggedInAt: 0, ended: false };
    this.sessions.push(session);
    return session;
  }
}
