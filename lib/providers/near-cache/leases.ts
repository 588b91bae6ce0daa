/** How the time of leases passes. It has two hands, because a clock can be wrong in two directions. */
export interface LeaseTime {
  /**
   * Milliseconds, never behind: for whoever has to stop in time. It jumps ahead where the machine slept and the monotonic clock did not
   * count that, or where the wall clock was put forward.
   */
  hurried(): number;
  /** Settles after `ms` at the least, whatever happens to the wall clock: for whoever has to wait until others have stopped. */
  wait(ms: number): Promise<void>;
}

/** The lengths of the leases, in milliseconds, and the time that they are measured in. */
export interface Leases {
  readonly time: LeaseTime;
  /** How long a member may serve after it last asked whether it still is one, counted from before it asked. */
  readonly lease: number;
  /** How often a member asks. */
  readonly renewal: number;
  /** How long a member has to say that it has dropped what it was told to, before it is expelled. */
  readonly grace: number;
  /** How long after its expulsion nobody believes that a member has stopped. More than `lease`, as clocks run apart. */
  readonly waitOut: number;
  /** For how long a writer believes the roster that it has seen. */
  readonly rosterLife: number;
  /** How long a new member caches nothing. More than `rosterLife`: by then every writer has seen it on the roster. */
  readonly joinDelay: number;
  /** The oldest that a cached record may be: how long a write is overlooked whose writer died before it told anybody. */
  readonly entryLife: number;
  /** How long after a lost membership the next one is tried. */
  readonly rejoin: number;
}

/** The wall clock and the monotonic one, of which the first to get there counts. */
class SystemTime implements LeaseTime {
  readonly #began = Date.now() - performance.now();
  #ahead = 0;

  hurried(): number {
    const elapsed = performance.now();
    this.#ahead = Math.max(this.#ahead, Date.now() - elapsed - this.#began);
    return elapsed + this.#ahead;
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void setTimeout(resolve, ms).unref());
  }
}

/**
 * A write that meets a member which has died waits `grace + waitOut`, 1.4 seconds: less than the operation timeout of a request (2 s).
 * Where one side measures a time that the other has to outlast, the other takes a quarter more.
 */
export const LEASES: Leases = {
  time: new SystemTime(),
  lease: 800,
  renewal: 200,
  grace: 400,
  waitOut: 1000,
  rosterLife: 5000,
  joinDelay: 6250,
  entryLife: 10_000,
  rejoin: 250,
};
