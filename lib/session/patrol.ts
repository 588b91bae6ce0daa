/** A store gets no more looks at once than these. */
const AT_ONCE = 64;
/** Nor more often: some 2500 a second at the most, whatever there is to be looked at. */
const SHORTEST_PAUSE_MS = 25;

/** What is looked after, and how. */
export interface Beat {
  /** How long a round takes, in milliseconds; longer where that is too short for the store. */
  readonly roundMs: number;
  /** What the next round is for, once each. */
  readonly list: () => readonly string[];
  /** Never rejects. What is on no list any more since the round began is up to it. */
  readonly lookAt: (id: string) => Promise<void>;
}

/**
 * Looks at everything on a list, again and again: a few at a time, evenly over the round, so that a store sees a trickle and no wave.
 * A step waits for the one before it, so a slow store makes longer rounds and never two at once. Keeps no process alive.
 */
export class Patrol {
  #left: string[] = [];
  #pauseMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly beat: Beat) {}

  /** The first round begins after the length of one. A second call changes nothing. */
  start(): void {
    this.#timer ??= this.#stepAfter(this.beat.roundMs);
  }

  /** The round under way is over: what is left of it is looked at no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = [];
  }

  /** The next few of the round, or the first ones of the next. */
  async step(): Promise<void> {
    if (this.#left.length === 0) this.#begin();
    await Promise.all(this.#left.splice(-AT_ONCE).map((id) => this.beat.lookAt(id)));
  }

  #begin(): void {
    this.#left = this.beat.list().toReversed();
    const steps = Math.max(1, Math.ceil(this.#left.length / AT_ONCE));
    this.#pauseMs = Math.max(SHORTEST_PAUSE_MS, this.beat.roundMs / steps);
  }

  #stepAfter(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => void this.#tick(timer), ms);
    return timer.unref();
  }

  /** The time of the looks is part of the pause; whoever stopped, or began anew, meanwhile has another timer. */
  async #tick(timer: NodeJS.Timeout): Promise<void> {
    const beganAt = performance.now();
    await this.step();
    if (this.#timer !== timer) return;
    const tookMs = performance.now() - beganAt;
    this.#timer = this.#stepAfter(Math.max(0, this.#pauseMs - tookMs));
  }
}
