import type { Admission } from '../providers/atomic-session-store.js';
import type { ModelOutcome, ModelSession, ModelState, SessionModel } from './model.js';
import { seenUntil } from './model-state.js';

/** What a request knows of its session: how it found it, or how its last commit left it. */
export interface Knowledge {
  readonly session: ModelSession;
  readonly state: ModelState;
  readonly deadline: number;
}

/** What a commit makes of a state; `undefined` when that may stay, or what it is refused with. */
export type Rewrite = (state: ModelState) => ModelState | 'NOT_A_NUMBER' | undefined;

/** One commit of a request. */
export interface ModelCommit {
  readonly known: Knowledge;
  readonly rewrite: Rewrite;
  /** For a login: whose session it becomes. */
  readonly admission?: Admission | undefined;
}

/** How a commit ends, and the session if the request knows it anew. */
export interface Committed {
  readonly outcome: ModelOutcome;
  readonly left?: ModelSession;
}

/**
 * Commits at once: to what the request knows if that is still so, else to what the session is by then, unless its epoch or its end has
 * come (laws D1, R1, T3). What has nothing to say about the session as it knows it does not look at it.
 */
export function committed(model: SessionModel, { known, rewrite, admission }: ModelCommit): Committed {
  const { session } = known;
  if (model.clock.now() >= known.state.absoluteAt) return { outcome: 'SESSION_GONE' };
  const wished = rewrite(known.state);
  if (wished === undefined) return { outcome: 'done' };
  if (wished === 'NOT_A_NUMBER') return { outcome: wished };
  if (!model.isHeld(session)) return { outcome: 'SESSION_GONE' };
  const base = session.state === known.state ? known : { session, ...session };
  if (base !== known && !isOpen(model, session, known)) return { outcome: 'SESSION_GONE' };
  const state = base === known ? wished : rewrite(base.state);
  if (state === 'NOT_A_NUMBER') return { outcome: state };
  if (admission && model.isFull(admission, session)) return { outcome: 'SESSION_LIMIT' };
  if (state) model.write(session, state, seenUntil(base.state, base.deadline));
  if (admission) model.admit(admission, session);
  return { outcome: 'done', left: session };
}

const isOpen = (model: SessionModel, { state }: ModelSession, known: Knowledge): boolean =>
  state.epoch === known.state.epoch && model.clock.now() < state.absoluteAt;

/** A due touch moves the deadline, and never the version. Nothing comes of it when the session is dead. */
export function touched(model: SessionModel, known: Knowledge): Knowledge {
  const { session, state, deadline } = known;
  const now = model.clock.now();
  const isDue = now - seenUntil(state, deadline) >= model.policy.touchInterval;
  if (deadline >= state.absoluteAt || !isDue) return known;
  const moved = Math.max(deadline, Math.min(now + state.idleTimeout, state.absoluteAt));
  if (model.isHeld(session)) session.deadline = Math.max(session.deadline, moved);
  return { ...known, deadline: moved };
}
