import { IN_FLIGHT_WINDOW_MS } from './atomic-session-store.js';

/** At most this many ids are remembered, about 2 MB; under a flood the oldest half is forgotten first. */
const MAX_TOMBSTONES = 16_384;

/**
 * Remembers the ids of sessions that ended, for {@link IN_FLIGHT_WINDOW_MS}, so that no late write takes such an id again.
 *
 * Two generations of ids instead of one queue: a generation is dropped whole, so nothing is ever searched for the expired ones.
 */
export class Tombstones {
  #recent = new Map<string, number>();
  #former = new Map<string, number>();
  #recentSince = -Infinity;

  constructor(private readonly limit: number = MAX_TOMBSTONES) {}

  /** How many ids are held, the ones whose window has passed included. */
  get size(): number {
    return this.#recent.size + this.#former.size;
  }

  add(id: string, now: number): void {
    if (this.#recent.size >= this.limit / 2 || now >= this.#recentSince + IN_FLIGHT_WINDOW_MS)
      this.#turn(now);
    this.#recent.set(id, now + IN_FLIGHT_WINDOW_MS);
  }

  has(id: string, now: number): boolean {
    const until = this.#recent.get(id) ?? this.#former.get(id);
    return until !== undefined && now < until;
  }

  clear(): void {
    this.#recent.clear();
    this.#former.clear();
  }

  #turn(now: number): void {
    this.#former = this.#recent;
    this.#recent = new Map();
    this.#recentSince = now;
  }
}
