import type { CacheCoherence, Roster } from './cache-coherence.js';
import type { Leases } from './leases.js';

/** A look that is over within this time is there when the write is that was sent with it. */
const AHEAD_MS = 1000;

/**
 * What one process knows of the roster, as far as its writes have to know it.
 *
 * A view is good for `rosterLife`, because a new member caches nothing for longer than that. So a process that writes asks once in a
 * few seconds, and not with each write; one that does not write never asks.
 */
export class RosterView {
  #roster: Roster | undefined;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  /** Settled once nobody serves who was on a roster that is lost. */
  #trusted: Promise<void> = Promise.resolve();

  constructor(
    private readonly coherence: CacheCoherence,
    private readonly leases: Leases,
  ) {}

  /** To be called before a write: sends a look along with it when the last one will soon be too old. */
  prepare(): void {
    if (!this.#covers(this.leases.time.hurried() + AHEAD_MS)) this.#look().catch(() => undefined);
  }

  /** To be called after a write: who may serve what it has changed. */
  async members(): Promise<readonly string[]> {
    const doneAt = this.leases.time.hurried();
    while (!this.#covers(doneAt)) await this.#look();
    await this.#trusted;
    const { members = [], expelled = [] } = this.#roster ?? {};
    return [...members, ...expelled];
  }

  /** Whether nobody caches, as far as is known. */
  get isEmpty(): boolean {
    return !this.#roster || this.#roster.members.length + this.#roster.expelled.length === 0;
  }

  /** @param at when it was asked for, by the time of leases. */
  saw(roster: Roster, at: number): void {
    if (at < this.#lookedAt) return;
    if (this.#isBegunAnew(roster)) this.#trusted = this.leases.time.wait(this.leases.waitOut);
    this.#roster = roster;
    this.#lookedAt = at;
  }

  /** A member is off the roster, and does not serve any more. */
  forget(member: string): void {
    const others = (names: readonly string[]): readonly string[] => names.filter((name) => name !== member);
    if (!this.#roster) return;
    const { generation, members, expelled } = this.#roster;
    this.#roster = { generation, members: others(members), expelled: others(expelled) };
  }

  /** Those who were on it before do not know yet that they are not any more. */
  #isBegunAnew({ generation }: Roster): boolean {
    const known = this.#roster?.generation ?? '';
    return known !== '' && known !== generation;
  }

  #covers(doneAt: number): boolean {
    return doneAt < this.#lookedAt + this.leases.rosterLife;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #ask(): Promise<void> {
    const at = this.leases.time.hurried();
    this.saw(await this.coherence.roster(), at);
  }
}
