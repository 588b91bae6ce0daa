import { IN_FLIGHT_WINDOW_MS } from '../providers/atomic-session-store.js';
import type { ModelChange, ModelOutcome, ModelSession, SessionModel } from './model.js';

type Values = ReadonlyMap<string, string>;

/** What a request knows of its session: how it found it, or how its last commit left it. */
interface Knowledge {
  readonly session: ModelSession;
  readonly epoch: number;
  readonly values: Values;
  readonly seenAt: number;
  readonly deadline: number;
}

/** One request as the laws say it must be: it reads what it wrote, and commits the keys that differ from what it found. */
export class ModelRequest {
  cookie: 'keep' | 'set' | 'clear' = 'keep';
  /** The values as this request sees them. */
  view: Map<string, string>;
  #known: Knowledge | undefined;
  /** What the cookie jar is told while there is no session. */
  #bareCookie: 'keep' | 'clear' = 'keep';
  #created = false;
  /** The session that died or got a new token elsewhere while this request ran. */
  #lost: ModelSession | undefined;

  /** @param presented the token in its cookie, by its number */
  constructor(
    private readonly model: SessionModel,
    private readonly presented: number | undefined,
  ) {
    const found = presented === undefined ? undefined : model.find(presented);
    this.#known = found && knowledgeOf(found);
    this.view = new Map(found?.values);
  }

  get isNew(): boolean {
    return this.#created || !this.#known;
  }

  /** Its session; `undefined` while there is none. */
  get session(): ModelSession | undefined {
    return this.#known?.session;
  }

  /** Commits what was changed. */
  save(): ModelOutcome {
    const changed = this.#changes().size > 0;
    if (this.#lost) return changed ? this.#lose(this.#lost) : 'done';
    if (!this.#known) {
      if (changed) this.#create(this.view);
      return 'done';
    }
    if (changed) return this.#commit(this.#known, (values) => values);
    this.#touch(this.#known);
    return 'done';
  }

  /** Runs `change` on what the request knows and, when it changes anything, on what is there. */
  transact(change: ModelChange): ModelOutcome {
    if (this.#lost) return 'SESSION_GONE';
    const known = this.#known;
    if (known && this.model.clock.now() >= known.session.absoluteAt) return this.#lose(known.session);
    const tried = change(new Map(this.view));
    if (!tried) return 'NOT_A_NUMBER';
    if (sameValues(tried, this.view) && this.#changes().size === 0) return 'done';
    if (known) return this.#commit(known, change);
    this.#create(tried);
    return 'done';
  }

  regenerate(keep: readonly string[] | 'all'): ModelOutcome {
    if (this.#lost) return 'SESSION_GONE';
    const kept = (values: Map<string, string>): Map<string, string> =>
      new Map([...values].filter(([key]) => keep === 'all' || keep.includes(key)));
    if (!this.#known) {
      this.view = kept(this.view);
      return 'done';
    }
    const { session, epoch } = this.#known;
    if (!this.model.accepts(session, epoch)) return this.#lose(session);
    this.model.write(session, kept(this.#laidOver(session.values)));
    session.epoch += 1;
    this.model.issue(session);
    this.cookie = 'set';
    this.#know(session);
    return 'done';
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
    const { session, epoch } = this.#known;
    if (!this.model.isLive(session) || session.epoch !== epoch) return this.#lose(session);
    this.#know(session);
    return 'done';
  }

  #create(values: Values): void {
    this.#created = true;
    this.cookie = 'set';
    this.#know(this.model.create(values));
  }

  #commit(known: Knowledge, change: ModelChange): ModelOutcome {
    const { session, epoch } = known;
    if (!this.model.accepts(session, epoch)) return this.#lose(session);
    const before = this.#laidOver(session.values);
    const after = change(new Map(before));
    if (!after) return 'NOT_A_NUMBER';
    if (!sameValues(after, before) || this.#changes().size > 0) this.model.write(session, after);
    this.#know(session);
    return 'done';
  }

  /** A due touch moves the deadline, and never the version. Nothing comes of it when the session is dead. */
  #touch(known: Knowledge): void {
    const { session, seenAt, deadline } = known;
    const now = this.model.clock.now();
    const { idleTimeout, touchInterval } = this.model.policy;
    const lastSeen = Math.max(seenAt, Math.min(deadline, session.absoluteAt) - idleTimeout);
    if (deadline >= session.absoluteAt || now - lastSeen < touchInterval) return;
    const moved = Math.max(deadline, this.model.deadlineFrom(now, session.absoluteAt));
    this.#known = { ...known, deadline: moved };
    if (!session.dead && now < session.deadline + IN_FLIGHT_WINDOW_MS)
      session.deadline = Math.max(session.deadline, moved);
  }

  #know(session: ModelSession): void {
    this.#known = knowledgeOf(session);
    this.view = new Map(session.values);
  }

  #lose(session: ModelSession): ModelOutcome {
    this.#lost = session;
    this.#known = undefined;
    this.view = new Map();
    this.cookie = this.#bareCookie;
    return 'SESSION_GONE';
  }

  /** The keys that differ from what the request found; `undefined` for a removed one. */
  #changes(): Map<string, string | undefined> {
    const found = this.#known?.values ?? new Map<string, string>();
    const changes = new Map<string, string | undefined>();
    for (const key of new Set([...found.keys(), ...this.view.keys()])) {
      if (found.get(key) !== this.view.get(key)) changes.set(key, this.view.get(key));
    }
    return changes;
  }

  #laidOver(values: Values): Map<string, string> {
    const merged = new Map(values);
    for (const [key, json] of this.#changes()) {
      if (json === undefined) merged.delete(key);
      else merged.set(key, json);
    }
    return merged;
  }
}

const knowledgeOf = (session: ModelSession): Knowledge => ({
  session,
  epoch: session.epoch,
  values: session.values,
  seenAt: session.seenAt,
  deadline: session.deadline,
});

const sameValues = (left: Values, right: Values): boolean =>
  left.size === right.size && [...left].every(([key, json]) => right.get(key) === json);
