import { IN_FLIGHT_WINDOW_MS } from '../providers/atomic-session-store.js';
import type { Clock } from '../providers/clock.js';
import type { SessionPolicy } from '../session/policy.js';

/** Values by key, each as JSON. */
type Values = ReadonlyMap<string, string>;

/** How an operation ends: done, or with the code of its error. */
export type ModelOutcome = 'done' | 'SESSION_GONE' | 'NOT_A_NUMBER';

/** A session as the laws say it must be, without a record, an etag or a retry. */
export interface ModelSession {
  values: Values;
  epoch: number;
  version: number;
  dead: boolean;
  seenAt: number;
  deadline: number;
  readonly absoluteAt: number;
}

/** A token, by the order in which tokens were issued. */
interface ModelToken {
  readonly session: ModelSession;
  readonly epoch: number;
}

/** A change of values by a transaction; answers `undefined` where the real one would refuse the value as no number. */
export type ModelChange = (values: Map<string, string>) => Map<string, string> | undefined;

/**
 * The reference that programs are compared with: a store of sessions in which everything happens at once.
 *
 * It says what must hold, in the words of LAWS: what is dead stays dead, commits lay changed keys over what is there, an older epoch
 * is refused, deadlines are to the millisecond.
 */
export class SessionModel {
  readonly sessions: ModelSession[] = [];
  readonly tokens: ModelToken[] = [];

  constructor(
    readonly policy: SessionPolicy,
    readonly clock: Clock,
  ) {}

  /** The session that a token opens now. */
  find(token: number): ModelSession | undefined {
    const { session, epoch } = this.tokens[token] ?? {};
    return session && session.epoch === epoch && this.isLive(session) ? session : undefined;
  }

  isLive({ dead, deadline, absoluteAt }: ModelSession): boolean {
    return !dead && this.clock.now() < Math.min(deadline, absoluteAt);
  }

  create(values: Values): ModelSession {
    const now = this.clock.now();
    const absoluteAt = now + this.policy.absoluteTimeout;
    const deadline = this.deadlineFrom(now, absoluteAt);
    const session = { values, epoch: 0, version: 0, dead: false, seenAt: now, deadline, absoluteAt };
    this.sessions.push(session);
    this.issue(session);
    return session;
  }

  issue(session: ModelSession): void {
    this.tokens.push({ session, epoch: session.epoch });
  }

  /** Whether a request that knows the session from `epoch` may still write to it (D1, R1, T3). */
  accepts(session: ModelSession, epoch: number): boolean {
    const { dead, deadline, absoluteAt } = session;
    const held = this.clock.now() < Math.min(deadline + IN_FLIGHT_WINDOW_MS, absoluteAt);
    return !dead && held && session.epoch === epoch;
  }

  write(session: ModelSession, values: Values): void {
    session.values = values;
    session.version += 1;
    session.seenAt = Math.max(session.seenAt, this.clock.now());
    session.deadline = this.deadlineFrom(session.seenAt, session.absoluteAt);
  }

  deadlineFrom(instant: number, absoluteAt: number): number {
    return Math.min(instant + this.policy.idleTimeout, absoluteAt);
  }
}
