import type { Admission } from '../providers/atomic-session-store.js';
import type {
  ModelChange,
  ModelOutcome,
  ModelSession,
  ModelStanding,
  ModelState,
  ModelValues,
  SessionModel,
} from './model.js';
import { committed, type Knowledge, type Rewrite, touched } from './model-commit.js';
import {
  kept,
  type ModelTimeouts,
  regeneratedTo,
  retimed,
  rotatedTo,
  sameValues,
  sighted,
  withValues,
} from './model-state.js';

/** Which values survive. */
type Keep = readonly string[] | 'all';

/** How a model session is logged in to. */
export interface ModelLogin {
  readonly principal: string;
  readonly keep: Keep;
  readonly timeouts: ModelTimeouts;
}

/** One request as the laws say it must be: it reads what it wrote, and commits the keys that differ from what it found. */
export class ModelRequest {
  cookie: 'keep' | 'set' | 'clear' = 'keep';
  /** The values as this request sees them. */
  view: Map<string, string> = new Map();
  #known: Knowledge | undefined;
  /** What its client's token is to the session: the one that it brought, until it gets another. */
  #standing: ModelStanding = 'unknown';
  #loadedToken: number | undefined;
  /** The token that it brought; empty when nobody has to know. */
  #presented: number | undefined;
  /** The newest token as it knows it: that one, and no later one, it may rotate away. */
  #ownToken: number | undefined;
  /** What the cookie jar is told while there is no session. */
  #bareCookie: 'keep' | 'clear' = 'keep';
  #created = false;
  /** The session that died or got a new token elsewhere while this request ran. */
  #lost: ModelSession | undefined;

  /** @param presented the token in its cookie, by its number */
  constructor(
    readonly model: SessionModel,
    private readonly presented: number | undefined,
  ) {
    if (presented === undefined) return;
    const standing = model.standing(presented);
    const session = model.tokens[presented];
    if (standing === 'retired' && session) session.dead = true;
    if (standing === 'retired' || standing === 'unknown' || !session) return;
    this.#know(session);
    this.#standing = standing;
    this.#loadedToken = this.#ownToken = session.state.token;
    if (!session.state.confirmed) this.#presented = presented;
  }

  get isNew(): boolean {
    return this.#created || !this.#known;
  }

  /** Its session; `undefined` while there is none. */
  get session(): ModelSession | undefined {
    return this.#known?.session;
  }

  /** Whether its session has changed since it last heard of it. */
  get isOutdated(): boolean {
    const { session, state } = this.#known ?? {};
    return session !== undefined && (session.state !== state || !this.model.isHeld(session));
  }

  /** Commits what was changed. */
  save(): ModelOutcome {
    const changed = this.#changes().size > 0;
    if (this.#lost) return changed ? this.#lose(this.#lost) : 'done';
    if (!this.#known) return changed ? this.#create(this.view) : 'done';
    if (this.#wantsRotation(this.#known.state)) return this.#kept(changed, this.#rotate(this.#known));
    if (changed) return this.#commit(this.#known, (state) => this.#written(state));
    const { confirmed, token } = this.#known.state;
    if (!confirmed && token === this.#presented)
      return this.#kept(
        changed,
        this.#commit(this.#known, (state) => (state.confirmed ? undefined : this.#sighted(state))),
      );
    this.#known = touched(this.model, this.#known);
    return 'done';
  }

  /** Runs `change` on what the request knows and, when it changes anything, on what is there. */
  transact(change: ModelChange): ModelOutcome {
    if (this.#lost) return 'SESSION_GONE';
    if (this.#known)
      return this.#commit(this.#known, (state) => {
        const base = this.#laidOver(state.values);
        const values = change(new Map(base));
        if (!values) return 'NOT_A_NUMBER';
        return this.#isNoChange(values, base) ? undefined : withValues(this.#sighted(state), values);
      });
    const values = change(new Map(this.view));
    if (!values) return 'NOT_A_NUMBER';
    return this.#isNoChange(values, this.view) ? 'done' : this.#create(values);
  }

  regenerate(keep: Keep): ModelOutcome {
    if (this.#lost) return 'SESSION_GONE';
    if (this.#known) return this.#renew(this.#known, keep, (state) => state);
    this.view = kept(this.view, keep);
    return 'done';
  }

  rotate(): ModelOutcome {
    if (this.#lost) return 'SESSION_GONE';
    return this.#known && this.#standing !== 'previous' ? this.#rotate(this.#known) : 'done';
  }

  login({ principal, keep, timeouts }: ModelLogin): ModelOutcome {
    if (this.#lost) return 'SESSION_GONE';
    const { absoluteTimeout, idleTimeout, principals } = this.model.policy;
    const admission = { principal, ...principals };
    const beganAt = this.model.clock.now();
    const change = (state: ModelState): ModelState =>
      retimed({ ...state, principal, idleTimeout, beganAt, absoluteAt: beganAt + absoluteTimeout }, timeouts);
    if (this.#known) return this.#renew(this.#known, keep, change, admission);
    if (this.model.isFull(admission, undefined)) return 'SESSION_LIMIT';
    this.#create(kept(this.view, keep), change);
    if (this.session) this.model.admit(admission, this.session);
    return 'done';
  }

  setTimeouts(timeouts: ModelTimeouts): ModelOutcome {
    if (this.#lost) return 'SESSION_GONE';
    const change = (state: ModelState): ModelState => retimed(state, timeouts);
    if (!this.#known) return this.#create(this.view, change);
    const changed = this.#changes().size > 0;
    const outcome = this.#commit(this.#known, (state) =>
      change(changed ? this.#written(state) : this.#sighted(state)),
    );
    if (this.#standing === 'current' && this.#known?.state.token === this.#ownToken && outcome === 'done')
      this.cookie = 'set';
    return outcome;
  }

  invalidate(): ModelOutcome {
    const session = this.#known?.session ?? this.#lost;
    if (session) session.dead = true;
    this.#known = undefined;
    this.#lost = undefined;
    this.#created = false;
    this.view = new Map();
    this.#bareCookie = this.presented === undefined ? 'keep' : 'clear';
    this.cookie = this.#bareCookie;
    return 'done';
  }

  reload(): ModelOutcome {
    if (!this.#known) {
      this.view = new Map();
      return 'done';
    }
    const { session, state } = this.#known;
    if (!this.model.isLive(session) || session.state.epoch !== state.epoch) return this.#lose(session);
    this.#know(session);
    return 'done';
  }

  /** Ends the other sessions of the principal as this request knows it (law P3). */
  revokeOthers(): ModelOutcome {
    const { session, state } = this.#known ?? {};
    if (state?.principal === undefined) return 'BAD_PRINCIPAL';
    for (const other of this.model.ownedBy(state.principal)) if (other !== session) other.dead = true;
    return 'done';
  }

  /** Who changed nothing loses nothing with the session. */
  #kept(changed: boolean, outcome: ModelOutcome): ModelOutcome {
    return outcome === 'SESSION_GONE' && !changed ? 'done' : outcome;
  }

  #wantsRotation({ token, issuedAt }: ModelState): boolean {
    if (this.#standing !== 'current' && this.#standing !== 'stranded') return false;
    if (token !== this.#loadedToken) return false;
    const { renewalTimeout = Infinity } = this.model.policy;
    return this.#standing === 'stranded' || this.model.clock.now() - issuedAt >= renewalTimeout;
  }

  #rotate(known: Knowledge): ModelOutcome {
    const token = this.model.tokens.length;
    const now = this.model.clock.now();
    const changed = this.#changes().size > 0;
    const outcome = this.#commit(known, (state) => {
      const isFirst = state.token === this.#ownToken;
      if (!isFirst && !changed) return undefined;
      const next = isFirst
        ? rotatedTo(this.#sighted(state), token, now, this.model.policy.renewalGrace)
        : this.#sighted(state);
      return changed ? withValues(next, this.#laidOver(state.values)) : next;
    });
    return this.#issued(token, outcome);
  }

  #renew(
    known: Knowledge,
    keep: Keep,
    change: (state: ModelState) => ModelState,
    admission?: Admission,
  ): ModelOutcome {
    const token = this.model.tokens.length;
    const now = this.model.clock.now();
    const rewrite = (state: ModelState): ModelState => {
      const values = kept(this.#laidOver(state.values), keep);
      return withValues(this.#sighted(change(regeneratedTo(state, token, now))), values);
    };
    return this.#issued(token, this.#commit(known, rewrite, admission));
  }

  /** The client is told a token, if the session got this one. */
  #issued(token: number, outcome: ModelOutcome): ModelOutcome {
    if (outcome === 'done' && this.#known?.state.token === token) {
      this.#standing = 'current';
      this.#ownToken = token;
      this.cookie = 'set';
    }
    return outcome;
  }

  #create(values: ModelValues, change = (state: ModelState): ModelState => state): ModelOutcome {
    this.#created = true;
    const session = this.model.create(new Map(values), change);
    this.#know(session);
    return this.#issued(session.state.token, 'done');
  }

  #commit(known: Knowledge, rewrite: Rewrite, admission?: Admission): ModelOutcome {
    const { outcome, left } = committed(this.model, { known, rewrite, admission });
    if (outcome === 'SESSION_GONE') return this.#lose(known.session);
    if (left) this.#know(left);
    return outcome;
  }

  #know(session: ModelSession): void {
    const { state, deadline } = session;
    this.#known = { session, state, deadline };
    this.view = new Map(state.values);
  }

  #lose(session: ModelSession): ModelOutcome {
    this.#lost = session;
    this.#known = undefined;
    this.view = new Map();
    this.cookie = this.#bareCookie;
    return 'SESSION_GONE';
  }

  #sighted(state: ModelState): ModelState {
    return sighted(state, this.model.clock.now(), this.#presented);
  }

  /** The state with the changes of this request (law C2). */
  #written(state: ModelState): ModelState {
    return withValues(this.#sighted(state), this.#laidOver(state.values));
  }

  /** The keys that differ from what the request found; `undefined` for a removed one. */
  #changes(): Map<string, string | undefined> {
    const found = this.#known?.state.values ?? new Map<string, string>();
    const changes = new Map<string, string | undefined>();
    for (const key of new Set([...found.keys(), ...this.view.keys()])) {
      if (found.get(key) !== this.view.get(key)) changes.set(key, this.view.get(key));
    }
    return changes;
  }

  #isNoChange(values: ModelValues, base: ModelValues): boolean {
    return sameValues(values, base) && this.#changes().size === 0;
  }

  #laidOver(values: ModelValues): Map<string, string> {
    const merged = new Map(values);
    for (const [key, json] of this.#changes()) {
      if (json === undefined) merged.delete(key);
      else merged.set(key, json);
    }
    return merged;
  }
}
