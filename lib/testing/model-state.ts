import type { ModelState, ModelValues } from './model.js';

/** When a session was last seen, as its deadline tells: a touch moves only that. */
export const seenUntil = ({ seenAt, absoluteAt, idleTimeout }: ModelState, deadline: number): number =>
  Math.max(seenAt, Math.min(deadline, absoluteAt) - idleTimeout);

/** A commit has seen the session, and its client brought this token. */
export const sighted = (state: ModelState, at: number, presented: number | undefined): ModelState => ({
  ...state,
  seenAt: Math.max(state.seenAt, at),
  confirmed: state.confirmed || state.token === presented,
});

/** A commit of values counts (law C6). */
export const withValues = (state: ModelState, values: ModelValues): ModelState => ({
  ...state,
  values,
  version: state.version + 1,
});

/** Law R2: the token of before stays good for a while; one that nobody brought is forgotten. */
export const rotatedTo = (state: ModelState, token: number, at: number, grace: number): ModelState => ({
  ...state,
  token,
  issuedAt: at,
  graceUntil: at + grace,
  previous: state.confirmed ? state.token : state.previous,
  retired:
    state.confirmed && state.previous !== undefined && at >= state.graceUntil
      ? [...state.retired, state.previous].slice(-8)
      : state.retired,
  confirmed: false,
});

/** Law R1: nothing of before stays good. */
export const regeneratedTo = (state: ModelState, token: number, at: number): ModelState => ({
  ...state,
  token,
  epoch: state.epoch + 1,
  issuedAt: at,
  previous: undefined,
  graceUntil: 0,
  retired: [],
  confirmed: true,
});

/** What a session is told of its timeouts, in milliseconds. */
export interface ModelTimeouts {
  readonly idle?: number;
  readonly absolute?: number;
}

/** The absolute deadline only comes nearer (law T1). */
export const retimed = (state: ModelState, { idle, absolute = Infinity }: ModelTimeouts): ModelState => ({
  ...state,
  idleTimeout: idle ?? state.idleTimeout,
  absoluteAt: Math.min(state.absoluteAt, state.beganAt + absolute),
});

/** What survives a change of privilege. */
export const kept = (values: ModelValues, keep: readonly string[] | 'all'): Map<string, string> =>
  new Map([...values].filter(([key]) => keep === 'all' || keep.includes(key)));

export const sameValues = (left: ModelValues, right: ModelValues): boolean =>
  left.size === right.size && [...left].every(([key, json]) => right.get(key) === json);
