import type { CacheCoherence } from './cache-coherence.js';
import type { Leases } from './leases.js';
import { MOST_IN_A_MAIL, type Outdated } from './mail.js';
import type { Mailbox } from './mailbox.js';
import type { RosterView } from './roster-view.js';

/** What revocations work with. */
export interface RevocationParts {
  readonly coherence: CacheCoherence;
  readonly leases: Leases;
  readonly mailbox: Mailbox;
  readonly view: RosterView;
  /** The name of this process on the roster, which drops by itself what it has changed; empty for none. */
  readonly ownName: () => string | undefined;
}

/** What the writes of one tick have changed. */
interface Batch {
  readonly what: Set<Outdated>;
  readonly members: Set<string>;
  readonly delivered: Promise<void>;
}

/** Who has not said yet that it has dropped the content of a message. */
interface Waiting {
  readonly members: Set<string>;
  readonly allDone: () => void;
}

/** Makes sure that no other process serves what a write has changed. */
export class Revocations {
  readonly #waiting = new Map<string, Waiting>();
  readonly #silencing = new Map<string, Promise<void>>();
  #batch: Batch | undefined;
  #messages = 0;

  constructor(private readonly parts: RevocationParts) {}

  /** To be called before a write. */
  prepare(): void {
    this.parts.view.prepare();
  }

  /**
   * To be called after a write, before anybody is told that it was done. Settles when each member has dropped what is outdated, or is
   * not serving any more; at once when there is no other member.
   */
  async revoke(what: readonly Outdated[]): Promise<void> {
    const own = this.parts.ownName();
    const members = (await this.parts.view.members()).filter((name) => name !== own);
    if (members.length === 0) return;
    for (let at = 0; at < what.length; at += MOST_IN_A_MAIL)
      await this.#enqueue(what.slice(at, at + MOST_IN_A_MAIL), members);
  }

  /** After a write that failed, and may have been done all the same: tells those who are known, and waits for nobody. */
  hint(what: readonly Outdated[]): void {
    const { view, mailbox } = this.parts;
    if (view.isEmpty) return;
    const mail = { kind: 'drop', from: mailbox.address, number: String(++this.#messages), what } as const;
    mailbox.sendToAll(mail).catch(() => undefined);
  }

  /** A member says that it has dropped the content of a message. */
  done(member: string, number: string): void {
    const waiting = this.#waiting.get(number);
    if (!waiting?.members.delete(member) || waiting.members.size > 0) return;
    waiting.allDone();
  }

  #enqueue(what: readonly Outdated[], members: readonly string[]): Promise<void> {
    if (this.#batch && this.#batch.what.size + what.length > MOST_IN_A_MAIL) this.#batch = undefined;
    const batch = (this.#batch ??= this.#newBatch());
    for (const each of what) batch.what.add(each);
    for (const name of members) batch.members.add(name);
    return batch.delivered;
  }

  /** It leaves when all writes have been seen whose answers came together. */
  #newBatch(): Batch {
    const [what, members] = [new Set<Outdated>(), new Set<string>()];
    const delivered = new Promise<void>((resolve, reject) => {
      process.nextTick(() => {
        if (this.#batch === batch) this.#batch = undefined;
        this.#deliver([...what], members).then(resolve, reject);
      });
    });
    const batch = { what, members, delivered };
    return batch;
  }

  async #deliver(what: readonly Outdated[], members: Set<string>): Promise<void> {
    const { mailbox } = this.parts;
    const number = String(++this.#messages);
    const allDone = new Promise<void>((resolve) => this.#waiting.set(number, { members, allDone: resolve }));
    try {
      // Where nothing can be sent or heard, the members are expelled, or that fails as well.
      await mailbox.open().catch(() => undefined);
      await mailbox.sendToAll({ kind: 'drop', from: mailbox.address, number, what }).catch(() => undefined);
      await Promise.race([allDone, this.#outlast(members)]);
    } finally {
      this.#waiting.delete(number);
    }
  }

  /** @param members as far as they have not answered */
  async #outlast(members: ReadonlySet<string>): Promise<void> {
    const { leases } = this.parts;
    const areKnown = [...members].every((name) => this.#silencing.has(name));
    if (!areKnown) await leases.time.wait(leases.grace);
    await Promise.all([...members].map((name) => this.#silence(name)));
  }

  /** Settles when a member cannot be serving any more. Those who wait for one and the same wait together. */
  #silence(name: string): Promise<void> {
    const silencing = this.#silencing.get(name) ?? this.#expel(name);
    this.#silencing.set(name, silencing);
    return silencing;
  }

  async #expel(name: string): Promise<void> {
    const { coherence, leases, view } = this.parts;
    try {
      await coherence.expel(name);
      await leases.time.wait(leases.waitOut);
      await coherence.remove(name).catch(() => undefined);
      view.forget(name);
    } finally {
      this.#silencing.delete(name);
    }
  }
}
