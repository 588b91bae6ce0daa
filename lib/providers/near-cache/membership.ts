import { newEtag } from '../../record/record-text.js';
import type { CacheCoherence } from './cache-coherence.js';
import type { Leases } from './leases.js';
import type { Mailbox } from './mailbox.js';
import type { RosterView } from './roster-view.js';

/** What a membership works with. */
export interface MembershipParts {
  readonly coherence: CacheCoherence;
  readonly leases: Leases;
  readonly mailbox: Mailbox;
  readonly view: RosterView;
  /** Called whenever a membership is over: what was kept under it is worth nothing. */
  readonly forsake: () => void;
}

/**
 * Whether this process may serve from its cache: while it is on the roster, and has asked so less than a lease ago.
 *
 * Its time counts from before it asked, and it looks at the clock each time that it serves. So it has stopped before anybody can
 * believe that it has, whether it was expelled, cut off, or stopped as a whole. A lease that lapsed once is not taken up again: the
 * process drops everything, and joins under another name.
 */
export class Membership {
  #name: string | undefined;
  #isActive = false;
  #leaseUntil = -Infinity;
  #isLost = false;
  #isStarted = false;
  #stopped = false;

  constructor(private readonly parts: MembershipParts) {
    parts.mailbox.onLost = () => this.#lose();
  }

  /** The name on the roster; empty before it joins. */
  get name(): string | undefined {
    return this.#name;
  }

  /** @param at the hurried time of now. */
  serves(at: number): boolean {
    return this.#isActive && at < this.#leaseUntil;
  }

  /** Begins to join, in the background; a second call changes nothing. */
  start(): void {
    if (this.#isStarted || this.#stopped) return;
    this.#isStarted = true;
    void this.#run();
  }

  /** Serves nothing any more, and leaves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#leave(this.#name);
  }

  async #run(): Promise<void> {
    const { leases } = this.parts;
    while (!this.#stopped) {
      await this.#join(newEtag()).catch(() => undefined);
      await leases.time.wait(leases.rejoin);
    }
  }

  /** Settles or rejects when the membership is over. */
  async #join(name: string): Promise<void> {
    const { mailbox } = this.parts;
    await mailbox.open();
    await mailbox.assertHears();
    this.#isLost = false;
    this.#name = name;
    try {
      await this.#beMember(name);
    } finally {
      await this.#leave(name);
    }
  }

  async #beMember(name: string): Promise<void> {
    const { coherence, leases } = this.parts;
    await coherence.join(name);
    let isKnownToAll = false;
    void leases.time.wait(leases.joinDelay).then(() => (isKnownToAll = true));
    this.#leaseUntil = leases.time.hurried() + leases.lease;
    for (;;) {
      // Only a renewal that was asked for after the delay says that the roster was not lost meanwhile.
      const mayServe = isKnownToAll;
      if (!(await this.#renew(name))) return;
      this.#isActive ||= mayServe;
      await leases.time.wait(leases.renewal);
    }
  }

  /** Whether it still is on the roster, and was so all the time. */
  async #renew(name: string): Promise<boolean> {
    const { coherence, leases, view } = this.parts;
    const at = leases.time.hurried();
    const roster = await coherence.roster();
    view.saw(roster, at);
    const isLapsed = leases.time.hurried() >= this.#leaseUntil;
    if (!roster.members.includes(name) || isLapsed || this.#isLost || this.#stopped) return false;
    this.#leaseUntil = at + leases.lease;
    return true;
  }

  #lose(): void {
    this.#isLost = true;
    this.#forsake();
  }

  async #leave(name: string | undefined): Promise<void> {
    this.#name = undefined;
    this.#forsake();
    if (name !== undefined) await this.parts.coherence.remove(name).catch(() => undefined);
  }

  #forsake(): void {
    this.#isActive = false;
    this.parts.forsake();
  }
}
