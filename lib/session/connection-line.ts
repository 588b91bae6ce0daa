import type { LiveRecord } from './live-record.js';

/** Why a connection is cut: its session died, its token was replaced at a change of privilege, or the app closes. */
export type EndOfConnection = 'ended' | 'superseded' | 'shutdown';

/** One open connection of a session. */
export interface HeldConnection {
  /** That of the token that it was opened with. */
  readonly epoch: number;
  readonly cut: (why: EndOfConnection) => void;
}

/** The open connections of one session. */
export class ConnectionLine {
  readonly #held = new Set<HeldConnection>();
  /** When the session dies as far as is known; 0 until somebody looked after the newest connection came. */
  #deadline = 0;

  /** @param onEmpty called when the last connection is over. */
  constructor(private readonly onEmpty: () => void) {}

  get size(): number {
    return this.#held.size;
  }

  /** The session may have died between its load and now, so it is due for a look. */
  add(connection: HeldConnection): void {
    this.#held.add(connection);
    this.#deadline = 0;
  }

  remove(connection: HeldConnection): void {
    if (this.#held.delete(connection) && this.#held.size === 0) this.onEmpty();
  }

  /** Whether its time may be over, at an instant in epoch milliseconds. */
  isDue(now: number): boolean {
    return now >= this.#deadline;
  }

  /** Somebody looked at the session: it is dead, or this is what it is now. */
  saw(live: LiveRecord | undefined): void {
    if (!live) return this.cut('ended');
    this.#deadline = live.deadline;
    for (const connection of [...this.#held])
      if (connection.epoch !== live.record.meta.epoch) this.#cut(connection, 'superseded');
  }

  cut(why: EndOfConnection): void {
    for (const connection of [...this.#held]) this.#cut(connection, why);
  }

  /** A connection that cannot be closed holds up no other one (law D4). */
  #cut(connection: HeldConnection, why: EndOfConnection): void {
    this.remove(connection);
    try {
      connection.cut(why);
    } catch {
      // It is gone in any case.
    }
  }
}
